using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>
/// The rules for the uids of new jobs: no worker could report on a job whose uid does not fit into the address of its requests, and a job
/// like that would be handed out again and again. Jobs that are stored already keep their uids.
/// </summary>
internal static class Uids
{
    private const int MaxBytes = 512;

    /// <summary>Returns the text of a uid, of a number the one that JavaScript makes of it; <c>null</c> if it is neither.</summary>
    public static string? ToText(ReadOnlySpan<byte> value) => JsonText.IsNumber(value) ? JavaScriptNumber.ToText(value)
        : JsonText.GetString(value);

    /// <summary>Replaces a uid that is a number by its text: workers fail on a number.</summary>
    public static void Normalize(JsonObject job)
    {
        // JavaScript's falsy number stays, to be refused as such.
        if (JsonText.IsNumber(job[Fields.Uid]) && JsonText.IsTruthy(job[Fields.Uid])
            && JavaScriptNumber.ToText(job[Fields.Uid]) is { } text)
            job.Set(Fields.Uid, JsonText.Quote(text));
    }

    /// <summary>Returns the reason why no new job may have a uid; <c>null</c> if one may.</summary>
    public static string? Check(ReadOnlySpan<byte> value)
    {
        if (JsonText.IsNumber(value)) return "job uid is a number that JavaScript cannot hold exactly; send it as a string";
        return JsonText.GetString(value) is { } uid ? Check(uid) : "job uid must be a string or a number";
    }

    private static string? Check(string uid)
    {
        if (uid is "pickup" or "status" or "cancel" or "retry" or "pause" or "resume" or "." or "..")
            return $"job uid must not be \"{uid}\": no request could reach it";
        if (uid.AsSpan().IndexOfAny(@"/\?#%")
            is var at and >= 0) return $"job uid must not contain {uid[at]}: workers send it in a URL as it is";
        if (char.IsWhiteSpace(uid[0]) || char.IsWhiteSpace(uid[^1])) return "job uid must not begin or end with whitespace";
        if (uid.Any(char.IsControl)) return "job uid must not contain control characters";
        if (HasLoneSurrogate(uid)) return "job uid must not contain a lone surrogate";
        return Encoding.UTF8.GetByteCount(uid) > MaxBytes ? $"job uid must not be longer than {MaxBytes} bytes" : null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }
        return false;
    }
}
