namespace NexRender.Listener.Api.Content;

/// <summary>The body of a response.</summary>
internal abstract class ResponseContent
{
    /// <summary>The length in bytes; <c>null</c> for a body that is written as it is made.</summary>
    public abstract long? Length { get; }
}
