using System.Buffers.Binary;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Api.Watch;

/// <summary>The stream of events to one watcher, compressed or not.</summary>
internal sealed class EventStream(IResponseStream output, bool isCompressed)
{
    // Deflate, without a time or a name, by an unknown system.
    private static readonly StreamPiece Head = new(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF });

    private uint _checksum;
    private uint _length;
    private bool _isBegun;

    /// <summary>Sends a piece of events.</summary>
    public ValueTask WriteAsync(byte[] text)
    {
        var piece = EventPiece.Of(text);
        return isCompressed ? WriteAsync(piece.Compressed) : output.WriteAsync(piece.Plain);
    }

    /// <summary>Sends the end of the stream.</summary>
    public ValueTask EndAsync()
    {
        if (!_isBegun) return ValueTask.CompletedTask;
        // An empty last block, the checksum, and the length.
        byte[] end = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(2), _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(6), _length);
        return output.WriteAsync(new StreamPiece(end));
    }

    private async ValueTask WriteAsync(CompressedEvents events)
    {
        if (!_isBegun) await output.WriteAsync(Head).ConfigureAwait(false);
        _isBegun = true;
        _checksum = Crc32.Shift.Append(_checksum, events.Checksum, events.Shift);
        _length = unchecked(_length + (uint)events.Length);
        await output.WriteAsync(events.Blocks).ConfigureAwait(false);
    }
}
