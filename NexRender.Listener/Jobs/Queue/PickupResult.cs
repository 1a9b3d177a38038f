namespace NexRender.Listener.Jobs.Queue;

/// <summary>The outcome of a pickup.</summary>
/// <param name="Result">The job, <see cref="JobResult.Nothing"/> if there is none, or the reason why none can be handed out.</param>
/// <param name="Suspects">The uids of the worker's jobs that are from now on suspected to be lost.</param>
/// <param name="ReadyIn">The time until the first delayed job is ready; <c>null</c> if there is none or a job is handed out.</param>
internal readonly record struct PickupResult(JobResult Result, string[] Suspects, TimeSpan? ReadyIn);
