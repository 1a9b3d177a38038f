namespace NexRender.Listener.Api.Content;

/// <summary>A body that exists as a whole.</summary>
internal sealed class FixedContent(byte[] bytes) : ResponseContent
{
    public static readonly FixedContent Empty = new([]);

    public byte[] Bytes => bytes;

    public override long? Length => bytes.Length;
}
