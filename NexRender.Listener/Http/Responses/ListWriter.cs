using System.Buffers;
using System.IO.Compression;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Responses;

/// <summary>Writes a list in slices, compressed or not; no more than a slice or two is in memory.</summary>
internal sealed class ListWriter(Exchange exchange, int sliceSize)
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(sliceSize);
    private Stream _output = exchange.Response.OutputStream;
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
        // HttpListener sends each write as a chunk of its own, so the compressed pieces are collected.
        var collected = new BufferedStream(_output, sliceSize);
        var gzip = new GZipStream(collected, CompressionLevel.Fastest, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            _output = gzip;
            await WriteItemsAsync(list).ConfigureAwait(false);
        }
        await collected.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteItemsAsync(ListContent list)
    {
        _buffer[_used++] = (byte)'[';
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) await WriteByteAsync((byte)',').ConfigureAwait(false);
            var item = list[i].AsMemory();
            while (!item.IsEmpty)
            {
                if (_used == sliceSize) await SendAsync().ConfigureAwait(false);
                var part = item[..Math.Min(item.Length, sliceSize - _used)];
                part.Span.CopyTo(_buffer.AsSpan(_used));
                _used += part.Length;
                item = item[part.Length..];
            }
        }
        await WriteByteAsync((byte)']').ConfigureAwait(false);
        await SendAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteByteAsync(byte value)
    {
        if (_used == sliceSize) await SendAsync().ConfigureAwait(false);
        _buffer[_used++] = value;
    }

    private async ValueTask SendAsync()
    {
        await _output.WriteAsync(_buffer.AsMemory(0, _used)).ConfigureAwait(false);
        exchange.ExtendDeadline(_used);
        if (_used < sliceSize) return;
        _used = 0;
        // A long list must not keep a thread from other requests.
        await Task.Yield();
    }
}
