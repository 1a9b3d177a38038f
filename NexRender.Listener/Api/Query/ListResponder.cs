using System.Globalization;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Query;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Query;

/// <summary>Responds to requests for lists of jobs: filters, pages, entity tags.</summary>
internal sealed class ListResponder(JobStore store)
{
    // Shorter lists are written once and kept until they are sent; longer ones are written item by item.
    private const int MaxKept = 1000;

    /// <summary>Responds to a request for a list.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ofStatuses">True for a list of status objects, false for one of jobs.</param>
    /// <exception cref="InvalidQueryException">The query has an invalid value, or a name that looks like a misspelling.</exception>
    public async ValueTask<ApiResponse> ListAsync(ApiRequest request, bool ofStatuses)
    {
        var reader = new JobQueryReader(request.Query, () => store.Reader.CountByState().Keys);
        reader.CheckNames(QueryNames.Lists);
        var query = reader.ReadPage();
        var isMinimal = reader.ReadFlag(QueryNames.Minimal);
        var view = ofStatuses || isMinimal ? store.Reader.Statuses() : null;
        var moment = view?.Moment ?? "";
        if (EntityTag.Of(store, store.Reader.DurableSequence(), moment) is { } known && EntityTag.Matches(request, known))
            return EntityTag.NotModified(known);
        Converter<Job, JsonBytes> write =
            view is null ? job => job.Json : isMinimal ? job => view.WriteMinimal(job) : job => view.Write(job);
        if (!query.IsEverything) return await PageAsync(request, query, write, moment).ConfigureAwait(false);
        var (jobs, sequence) = await store.Reader.ListAsync().ConfigureAwait(false);
        return EntityTag.AddToList(ToArray(jobs, write), EntityTag.Of(store, sequence, moment));
    }

    private async ValueTask<ApiResponse> PageAsync(ApiRequest request, JobQuery query, Converter<Job, JsonBytes> write, string moment)
    {
        var page = await store.Lists.ListAsync(query).ConfigureAwait(false);
        var response = EntityTag.AddToList(ToArray(page.Jobs, write), EntityTag.Of(store, page.Sequence, moment))
            .With("X-Total-Count", page.Total.ToString(CultureInfo.InvariantCulture));
        return page.Next is null ? response : response.With("Link", $"<{NextUrl(request, page.Next)}>; rel=\"next\"");
    }

    private static ApiResponse ToArray(IReadOnlyList<Job> jobs, Converter<Job, JsonBytes> write)
    {
        if (jobs.Count > MaxKept) return ApiResponse.JsonArray(jobs.Count, index => write(jobs[index]));
        var items = new JsonBytes[jobs.Count];
        for (var i = 0; i < items.Length; i++) items[i] = write(jobs[i]);
        return ApiResponse.JsonArray(items);
    }

    // The query as it came, with the cursor in the place of any other position.
    private static string NextUrl(ApiRequest request, JobCursor next)
    {
        var kept = request.Query.Parameters
            .Where(parameter => parameter.Key is not (QueryNames.After or QueryNames.From))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}");
        return $"{request.Path}?{string.Join('&', kept.Append($"{QueryNames.After}={next}"))}";
    }
}
