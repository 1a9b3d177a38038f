using System.Globalization;

namespace NexRender.Listener.Storage.Files;

/// <summary>Identifies the content of a checkpoint, so that a journal can tell whether it belongs to the file beside it.</summary>
/// <param name="Length">The length of the file in bytes.</param>
/// <param name="Checksum">The CRC-32C of the file.</param>
internal readonly record struct CheckpointMark(long Length, uint Checksum)
{
    /// <summary>Returns the mark of a file that continues with these bytes.</summary>
    public CheckpointMark Append(ReadOnlySpan<byte> bytes) => new(Length + bytes.Length, Crc32C.Compute(bytes, Checksum));

    /// <summary>Reads what <see cref="ToString"/> returned; returns false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CheckpointMark mark)
    {
        mark = default;
        var space = text.IndexOf(' ');
        if (space < 0 || !long.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
        if (!uint.TryParse(text[(space + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var checksum)) return false;
        mark = new CheckpointMark(length, checksum);
        // One mark has one text: a flipped bit that makes a small letter a capital one does not go unnoticed.
        return text.SequenceEqual(mark.ToString());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Length} {Checksum:x8}");
}
