namespace NexRender.Listener.Json;

/// <summary>A member of an object.</summary>
/// <param name="Name">The name between its quotes, as it was written.</param>
/// <param name="Key">The name without escapes, by which it is found.</param>
/// <param name="Value">The value, as it was written.</param>
internal readonly record struct Member(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);
