namespace NexRender.Listener.Api.Content;

/// <summary>A JSON array of which the items exist; it is written in pieces, so that it costs no second copy of them.</summary>
internal sealed class ListContent : ResponseContent
{
    public ListContent(IReadOnlyList<byte[]> items)
    {
        Items = items;
        var length = 2L + Math.Max(0, items.Count - 1);
        foreach (var item in items) length += item.Length;
        Length = length;
    }

    public IReadOnlyList<byte[]> Items { get; }

    public override long? Length { get; }
}
