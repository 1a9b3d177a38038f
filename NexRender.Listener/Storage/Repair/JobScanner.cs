using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Repair;

/// <summary>Finds whole jobs in a file that is not valid JSON.</summary>
internal static class JobScanner
{
    /// <summary>Returns the offset and the length of each job: an object with a uid and a state that is not part of another one.</summary>
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

    /// <summary>Returns true if an object has what makes a job: a uid and a state.</summary>
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
            // A damaged job, or a part of one.
            return 0;
        }
    }
}
