using System.Buffers;
using System.IO.Compression;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Json;

namespace NexRender.Listener.Http.Responses;

/// <summary>Writes a list or a large object in slices, a list compressed or not; no more than a slice or two is in memory.</summary>
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

    /// <summary>Writes a large object. Call it once.</summary>
    public async ValueTask WriteAsync(LargeContent content)
    {
        try
        {
            foreach (var (bytes, _) in content.Json.Pieces) await PutAsync(bytes).ConfigureAwait(false);
            await SendAsync().ConfigureAwait(false);
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

    private async ValueTask WriteItemsAsync(ListContent list)
    {
        await PutAsync(list.Opening).ConfigureAwait(false);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) await PutAsync(list.Separator).ConfigureAwait(false);
            await PutItemAsync(list[i]).ConfigureAwait(false);
        }
        await PutAsync(list.Closing).ConfigureAwait(false);
        await SendAsync().ConfigureAwait(false);
    }

    private async ValueTask PutItemAsync(JsonBytes json)
    {
        for (var piece = 0; piece < json.PieceCount; piece++) await PutAsync(json[piece]).ConfigureAwait(false);
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
        await (_send is null ? ResponseWriter.WritePieceAsync(exchange, slice) : _send(slice)).ConfigureAwait(false);
        if (_used < sliceSize) return;
        _used = 0;
        // A long list must not keep a thread from other requests.
        await Task.Yield();
    }
}
