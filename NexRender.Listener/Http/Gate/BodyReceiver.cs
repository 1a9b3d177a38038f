using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Gate;

/// <summary>Receives the complete body of a request and removes its framing.</summary>
internal sealed class BodyReceiver(ClientSocket client, InputBuffer input, GateServices services)
{
    private const int LeastRoom = 2 << 10;

    private long _until;

    /// <summary>Receives the body after a head; afterwards the input holds the head and the bytes after the body.</summary>
    /// <exception cref="HttpStatusException">The body is too large, incomplete, or not received in time.</exception>
    public async ValueTask ReceiveAsync(RequestHead head, BodyBuffer body)
    {
        _until = Environment.TickCount64 + (long)services.Limits.BodyTime.TotalMilliseconds;
        if (head.IsChunked) await ReceiveChunksAsync(head, body).ConfigureAwait(false);
        else await ReceiveLengthAsync(head, body).ConfigureAwait(false);
    }

    private async ValueTask ReceiveLengthAsync(RequestHead head, BodyBuffer body)
    {
        if (head.ContentLength > services.Limits.Body) throw TooLarge();
        await StoreAsync(body, input.Bytes.AsMemory(head.Length, input.Length - head.Length)).ConfigureAwait(false);
        input.Remove(head.Length, input.Length - head.Length);
        while (body.Length < head.ContentLength)
        {
            BeginWait();
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
                if (body.Length + data.Length > services.Limits.Body) throw TooLarge();
                if (data.Length > 0) await StoreAsync(body, input.Bytes.AsMemory(at - data.Length, data.Length)).ConfigureAwait(false);
            }
            input.Remove(head.Length, at - head.Length);
            if (decoder.IsDone) return;
            BeginWait();
            var hasMore = await input.FillAsync(LeastRoom).ConfigureAwait(false);
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

    private void BeginWait()
    {
        var left = TimeSpan.FromMilliseconds(_until - Environment.TickCount64);
        client.SetDeadline(left < services.Limits.Silence ? left : services.Limits.Silence);
    }

    private static HttpStatusException TooLarge() => new(413, "Body exceeded 100mb limit");

    private HttpStatusException EndedEarly() => client.End switch
    {
        ClientEnd.TimedOut => new HttpStatusException(408, "the body was not received in time"),
        ClientEnd.Stopped => new HttpStatusException(503, "the server is stopping"),
        _ => new HttpStatusException(400, "the connection was closed before the end of the body"),
    };
}
