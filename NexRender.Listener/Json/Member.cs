namespace NexRender.Listener.Json;

/// <summary>A member of an object.</summary>
/// <param name="Name">The name between its quotes, as it was written.</param>
/// <param name="Value">The value, as it was written.</param>
/// <param name="Unescaped">The name without escapes, where it was written with some; else <c>null</c>.</param>
internal readonly record struct Member(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value, byte[]? Unescaped)
{
    /// <summary>The bytes by which names are compared: two spellings of one name, with escapes and without, are the same name.</summary>
    public ReadOnlyMemory<byte> Key => Unescaped ?? Name;
}
