using System.Runtime.CompilerServices;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Api.Watch;

/// <summary>The forms of a piece of events, each made once for all watchers that receive it.</summary>
internal sealed class EventPiece
{
    // The hub gives the same array to all watchers of a group.
    private static readonly ConditionalWeakTable<byte[], EventPiece> Known = [];

    private readonly Lazy<CompressedEvents> _compressed;

    private EventPiece(byte[] text) =>
        (Plain, _compressed) = (new StreamPiece(text), new Lazy<CompressedEvents>(() => new CompressedEvents(text)));

    public StreamPiece Plain { get; }

    public CompressedEvents Compressed => _compressed.Value;

    /// <summary>Returns the piece of a text.</summary>
    public static EventPiece Of(byte[] text) => Known.GetValue(text, static text => new EventPiece(text));
}
