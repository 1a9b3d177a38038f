using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api.Query;

/// <summary>
/// Entity tags made of the number of the last change: as long as it is the same, so are all responses. A tag names the opening of the store
/// too, because after a restart with other files the same number may belong to another change. All tags are weak: a list may be compressed.
/// </summary>
internal static class EntityTag
{
    /// <summary>Returns the tag of a version; <c>null</c> if its number is not known.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sequence">The last change that the response shows; <c>null</c> if not known.</param>
    /// <param name="moment">A text for what the response shows besides; empty for nothing.</param>
    public static string? Of(JobStore store, long? sequence, string moment = "")
    {
        if (sequence is null) return null;
        return moment.Length == 0 ? $"W/\"{store.Lists.StoreId}-{sequence:x}\"" : $"W/\"{store.Lists.StoreId}-{sequence:x}-{moment}\"";
    }

    /// <summary>Returns true if the request's <c>If-None-Match</c> names the tag.</summary>
    public static bool Matches(ApiRequest request, string tag)
    {
        if (request.Header("if-none-match") is not { } given) return false;
        // The comparison is weak (RFC 9110, 13.1.2), so clients may leave out the W/.
        foreach (var candidate in given.Split(',', StringSplitOptions.TrimEntries))
        {
            if (candidate == "*" || candidate == tag || tag.AsSpan(2).SequenceEqual(candidate)) return true;
        }
        return false;
    }

    /// <summary>Returns 304 if the client has the version already, otherwise the response with the tag.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tag">The tag of the present version; <c>null</c> for none.</param>
    /// <param name="respond">Makes the response.</param>
    public static ApiResponse Respond(ApiRequest request, string? tag, Func<ApiResponse> respond)
    {
        if (tag is null) return respond();
        return Matches(request, tag) ? NotModified(tag) : respond().With("ETag", tag);
    }

    /// <summary>Returns 304.</summary>
    public static ApiResponse NotModified(string tag) => ApiResponse.Empty(304).With("ETag", tag);

    /// <summary>Adds a tag to a list, and shows the headers of lists to web pages of other origins.</summary>
    /// <param name="list">The response.</param>
    /// <param name="tag">The tag; <c>null</c> for none.</param>
    public static ApiResponse AddToList(ApiResponse list, string? tag)
    {
        var exposed = list.With("Access-Control-Expose-Headers", "ETag, Link, X-Total-Count");
        return tag is null ? exposed : exposed.With("ETag", tag);
    }
}
