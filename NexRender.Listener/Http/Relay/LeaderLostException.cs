namespace NexRender.Listener.Http.Relay;

/// <summary>The response of the leader ends before its end, so that the client must not get it as a whole one.</summary>
internal sealed class LeaderLostException(string message, Exception? inner = null) : IOException(message, inner);
