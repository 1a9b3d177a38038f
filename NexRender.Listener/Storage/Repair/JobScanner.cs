using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Repair;

/// <summary>Finds whole jobs in a file that is no valid JSON any more.</summary>
internal static class JobScanner
{
    /// <summary>Where each job begins and how long it is: an object with a uid and a state, not within another one.</summary>
    public static IEnumerable<(int Start, int Length)> Find(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            at = Array.IndexOf(bytes, (byte)'{', at);
            if (at < 0) yield break;
            if (LengthOfJob(bytes, at) is not (> 0 and var length)) continue;
            yield return (at, length);
            at += length - 1;
        }
    }

    /// <summary>Whether an object is a job.</summary>
    public static bool IsJob(ReadOnlyMemory<byte> json)
    {
        var job = JsonObject.Parse(json, JsonObject.StoredDepth);
        return JsonText.GetString(job["uid"u8]) is { Length: > 0 } && JsonText.IsTruthy(job["state"u8]);
    }

    private static int LengthOfJob(byte[] bytes, int start)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(start), new JsonReaderOptions { MaxDepth = JsonObject.StoredDepth });
            reader.Read();
            reader.Skip();
            var length = (int)reader.BytesConsumed;
            return IsJob(bytes.AsMemory(start, length)) && Utf8.IsValid(bytes.AsSpan(start, length)) ? length : 0;
        }
        catch (JsonException)
        {
            // A damaged one, or the inside of one.
            return 0;
        }
    }
}
