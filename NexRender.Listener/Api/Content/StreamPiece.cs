using System.Buffers;
using System.Buffers.Text;

namespace NexRender.Listener.Api.Content;

/// <summary>A piece of a streamed body, which may be sent to many clients. Immutable.</summary>
internal sealed class StreamPiece
{
    // The hexadecimal digits of a length, and two line ends.
    private const int ChunkOverhead = 12;

    private readonly Lazy<byte[]> _chunk;

    /// <param name="data">The bytes, which must not change.</param>
    public StreamPiece(ReadOnlyMemory<byte> data)
    {
        Data = data;
        _chunk = new Lazy<byte[]>(WriteChunk);
    }

    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The piece as a chunk (RFC 9112, section 7.1), which is written once for all clients.</summary>
    public ReadOnlyMemory<byte> Chunk => _chunk.Value;

    private byte[] WriteChunk()
    {
        Span<byte> digits = stackalloc byte[ChunkOverhead];
        Utf8Formatter.TryFormat(Data.Length, digits, out var count, new StandardFormat('x'));
        return [.. digits[..count], .. "\r\n"u8, .. Data.Span, .. "\r\n"u8];
    }
}
