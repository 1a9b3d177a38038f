namespace NexRender.Listener.Storage;

/// <summary>Receives the log lines of a storage.</summary>
/// <param name="Info">Receives a line about something that happened and needs no action.</param>
/// <param name="Error">Receives a line about a failure.</param>
internal sealed record StorageLog(Action<string> Info, Action<string> Error)
{
    /// <summary>A log that discards its lines.</summary>
    public static StorageLog None { get; } = new(_ => { }, _ => { });
}
