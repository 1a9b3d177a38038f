namespace NexRender.Listener.Json;

/// <summary>A member of a JSON object.</summary>
/// <param name="Name">The name between its quotes, as it was written.</param>
/// <param name="Value">The value, as it was written.</param>
/// <param name="Unescaped">The name without escapes; <c>null</c> if it was written without any.</param>
internal readonly record struct Member(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value, byte[]? Unescaped)
{
    /// <summary>The name for comparisons: a name with escapes equals the same name without.</summary>
    public ReadOnlyMemory<byte> Key => Unescaped ?? Name;
}
