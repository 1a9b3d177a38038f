using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Sends a byte at a time, with pauses, for as long as the other end takes it.</summary>
internal static class Drip
{
    public static async Task Begin(RawClient client, string text, CancellationToken token)
    {
        try
        {
            while (true)
            {
                await Task.Delay(20, token);
                await client.Send(text);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Enough, on one side or the other.
        }
    }
}
