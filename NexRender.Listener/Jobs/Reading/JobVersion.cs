namespace NexRender.Listener.Jobs.Reading;

/// <summary>A durable version of a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Sequence">The change that made the version; <c>null</c> while the disk does not respond.</param>
internal readonly record struct JobVersion(Job Job, long? Sequence);
