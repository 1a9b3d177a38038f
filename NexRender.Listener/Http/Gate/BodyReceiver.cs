using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Gate;

/// <summary>Receives the body of a request and removes its framing.</summary>
internal sealed class BodyReceiver(ClientSocket client, InputBuffer input, GateServices services)
{
    private const int ReceiveSize = 2 << 10;

    private long _deadline;

    /// <summary>Receives the body that follows a head. The input then holds the head, and after it what follows the body.</summary>
    /// <exception cref="HttpStatusException">The body is too large or invalid, ended early, or did not arrive in time.</exception>
    public async ValueTask ReceiveAsync(RequestHead head, BodyBuffer body)
    {
        _deadline = Environment.TickCount64 + (long)services.Limits.BodyTime.TotalMilliseconds;
        if (head.IsChunked) await ReceiveChunksAsync(head, body).ConfigureAwait(false);
        else await ReceiveLengthAsync(head, body).ConfigureAwait(false);
    }

    private async ValueTask ReceiveLengthAsync(RequestHead head, BodyBuffer body)
    {
        if (head.ContentLength > services.Limits.Body) throw BodyRules.TooLarge();
        await StoreAsync(body, input.Bytes.AsMemory(head.Length, input.Length - head.Length)).ConfigureAwait(false);
        input.Remove(head.Length, input.Length - head.Length);
        while (body.Length < head.ContentLength)
        {
            StartDeadline();
            var received = await client.ReceiveAsync(body.Room(head.ContentLength - body.Length)).ConfigureAwait(false);
            client.ClearDeadline();
            if (received == 0) throw EndedEarly();
            await body.AdvanceAsync(received).ConfigureAwait(false);
        }
    }

    private async ValueTask ReceiveChunksAsync(RequestHead head, BodyBuffer body)
    {
        var decoder = new ChunkedDecoder(services.Limits);
        while (true)
        {
            var at = head.Length;
            while (at < input.Length && !decoder.IsDone)
            {
                at += decoder.Read(input.Bytes.AsSpan(at, input.Length - at), out var data);
                if (body.Length + data.Length > services.Limits.Body) throw BodyRules.TooLarge();
                if (data.Length > 0) await StoreAsync(body, input.Bytes.AsMemory(at - data.Length, data.Length)).ConfigureAwait(false);
            }
            input.Remove(head.Length, at - head.Length);
            if (decoder.IsDone) return;
            StartDeadline();
            var hasMore = await input.FillAsync(ReceiveSize).ConfigureAwait(false);
            client.ClearDeadline();
            head.Rebase(input.Bytes);
            if (!hasMore) throw EndedEarly();
        }
    }

    private static async ValueTask StoreAsync(BodyBuffer body, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = body.Room(bytes.Length);
            bytes[..room.Length].CopyTo(room);
            await body.AdvanceAsync(room.Length).ConfigureAwait(false);
            bytes = bytes[room.Length..];
        }
    }

    private void StartDeadline()
    {
        var left = TimeSpan.FromMilliseconds(_deadline - Environment.TickCount64);
        client.StartDeadline(left < services.Limits.Silence ? left : services.Limits.Silence);
    }

    private HttpStatusException EndedEarly() => client.End switch
    {
        ClientEnd.TimedOut => new HttpStatusException(408, "the body did not arrive in time"),
        ClientEnd.Stopped => new HttpStatusException(503, "the server is stopping"),
        _ => new HttpStatusException(400, "the body ended early"),
    };
}
