using System.Buffers;
using System.IO.Compression;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Responses;

/// <summary>Writes a list in slices, compressed or not; no more than a slice or two is in memory.</summary>
internal sealed class ListWriter(Exchange exchange, int sliceSize)
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(sliceSize);
    private Func<ReadOnlyMemory<byte>, ValueTask>? _send;
    private int _used;

    /// <summary>Writes a list. Call it once.</summary>
    public async ValueTask WriteAsync(ListContent list, bool isCompressed)
    {
        try
        {
            if (isCompressed) await WriteCompressedAsync(list).ConfigureAwait(false);
            else await WriteItemsAsync(list).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private async ValueTask WriteCompressedAsync(ListContent list)
    {
        var stream = new ResponseStream(exchange);
        using var compressed = new MemoryStream();
        var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            _send = async slice =>
            {
                gzip.Write(slice.Span);
                if (compressed.Length >= sliceSize) await DrainAsync().ConfigureAwait(false);
            };
            await WriteItemsAsync(list).ConfigureAwait(false);
        }
        await DrainAsync().ConfigureAwait(false);
        await stream.EndAsync().ConfigureAwait(false);

        async ValueTask DrainAsync()
        {
            await stream.WriteAsync(new StreamPiece(compressed.ToArray())).ConfigureAwait(false);
            compressed.SetLength(0);
        }
    }

    private async ValueTask WritePlainAsync(ReadOnlyMemory<byte> slice)
    {
        await exchange.PaceAsync(slice.Length).ConfigureAwait(false);
        await exchange.Response.OutputStream.WriteAsync(slice).ConfigureAwait(false);
        exchange.ExtendDeadline(slice.Length);
    }

    private async ValueTask WriteItemsAsync(ListContent list)
    {
        await PutAsync(list.Opening).ConfigureAwait(false);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) await PutAsync(list.Separator).ConfigureAwait(false);
            await PutAsync(list[i]).ConfigureAwait(false);
        }
        await PutAsync(list.Closing).ConfigureAwait(false);
        await SendAsync().ConfigureAwait(false);
    }

    private async ValueTask PutAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == sliceSize) await SendAsync().ConfigureAwait(false);
            var part = bytes[..Math.Min(bytes.Length, sliceSize - _used)];
            part.Span.CopyTo(_buffer.AsSpan(_used));
            _used += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private async ValueTask SendAsync()
    {
        var slice = _buffer.AsMemory(0, _used);
        await (_send is null ? WritePlainAsync(slice) : _send(slice)).ConfigureAwait(false);
        if (_used < sliceSize) return;
        _used = 0;
        // A long list must not keep a thread from other requests.
        await Task.Yield();
    }
}
