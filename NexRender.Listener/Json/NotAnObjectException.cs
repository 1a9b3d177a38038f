using System.Text.Json;

namespace NexRender.Listener.Json;

/// <summary>Thrown for valid JSON that is not an object.</summary>
internal sealed class NotAnObjectException() : JsonException("not a JSON object");
