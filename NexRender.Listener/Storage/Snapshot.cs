namespace NexRender.Listener.Storage;

/// <summary>What a checkpoint holds: the state of one moment.</summary>
/// <param name="Jobs">The JSON of all jobs in their order.</param>
/// <param name="Removals">Makes the JSON of what is remembered of removed jobs.</param>
/// <param name="RemovalsVersion">Another number whenever that has changed.</param>
internal readonly record struct Snapshot(byte[][] Jobs, Func<byte[][]> Removals, long RemovalsVersion);
