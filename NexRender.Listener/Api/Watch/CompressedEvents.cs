using System.Buffers.Binary;
using System.IO.Compression;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Api.Watch;

/// <summary>
/// A piece of events as deflate blocks (RFC 1951) that refer to nothing before them. So it is compressed once for all watchers, whichever
/// pieces each of them has received before. Immutable.
/// </summary>
internal sealed class CompressedEvents
{
    // Less is not worth the 300 KB that a compressor clears at its start.
    private const int MinLength = 1 << 10;
    private const int HeadLength = 10;
    private const int TrailerLength = 8;
    private const int MaxStored = ushort.MaxValue;

    /// <param name="text">The events.</param>
    public CompressedEvents(byte[] text)
    {
        if (text.Length < MinLength) (Blocks, Checksum) = (new StreamPiece(Store(text)), Crc32.Of(text));
        else (Blocks, Checksum) = Compress(text);
        (Length, Shift) = (text.Length, Crc32.Shift.Of(text.Length));
    }

    public StreamPiece Blocks { get; }

    /// <summary>The checksum of the events.</summary>
    public uint Checksum { get; }

    /// <summary>The factor by which the checksum is appended to that of the pieces before.</summary>
    public uint Shift { get; }

    /// <summary>The length of the events.</summary>
    public int Length { get; }

    private static byte[] Store(byte[] text)
    {
        byte[] block = [0, 0, 0, 0, 0, .. text];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)text.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)(MaxStored - text.Length));
        return block;
    }

    private static (StreamPiece Blocks, uint Checksum) Compress(byte[] text)
    {
        using var output = new MemoryStream(text.Length / 4);
        int end;
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(text);
            // Ends with an empty block, so that the next piece begins with a byte.
            gzip.Flush();
            end = (int)output.Length;
        }
        var bytes = output.GetBuffer().AsSpan(0, (int)output.Length);
        return (new StreamPiece(bytes[HeadLength..end].ToArray()), BinaryPrimitives.ReadUInt32LittleEndian(bytes[^TrailerLength..]));
    }
}
