using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Content;

/// <summary>A body that exists in pieces.</summary>
internal sealed class LargeContent(LargeObject json) : ResponseContent
{
    public LargeObject Json => json;

    public override long? Length => json.Length;
}
