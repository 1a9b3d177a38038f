namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>An error reply of Redis.</summary>
internal sealed class RedisException(string message) : Exception(message);
