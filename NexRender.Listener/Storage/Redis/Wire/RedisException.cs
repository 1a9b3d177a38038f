namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>Thrown for an error that Redis responds; the message is its own.</summary>
internal sealed class RedisException(string message) : Exception(message)
{
    /// <summary>The first word of the error, such as OOM.</summary>
    public string Code { get; } = message.Split(' ', 2)[0];

    /// <summary>True if another address, or the same one a little later, may accept the command.</summary>
    public bool IsTransient => Code is "READONLY" or "LOADING" or "MASTERDOWN" or "BUSY" or "TRYAGAIN" or "UNBLOCKED";
}
