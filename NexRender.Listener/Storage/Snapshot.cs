using NexRender.Listener.Json;

namespace NexRender.Listener.Storage;

/// <summary>The content of a checkpoint: the state at one moment.</summary>
/// <param name="Jobs">The JSON of all jobs in their order.</param>
/// <param name="Removals">Writes the remembered removals as JSON objects.</param>
/// <param name="RemovalsVersion">A number that every change of the removals increases.</param>
/// <param name="Answers">Writes the remembered answers as JSON objects.</param>
/// <param name="AnswersVersion">A number that every change of the answers increases.</param>
/// <param name="Durable">
/// Completes with <c>null</c> once everything in the snapshot is durable, or with the reason why some of it was rolled back.
/// </param>
internal readonly record struct Snapshot(
    JsonBytes[] Jobs, Func<byte[][]> Removals, long RemovalsVersion, Func<byte[][]> Answers, long AnswersVersion,
    Task<StorageFailure?> Durable);
