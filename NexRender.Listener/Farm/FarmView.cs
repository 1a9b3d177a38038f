using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Farm.Workers;

namespace NexRender.Listener.Farm;

/// <summary>The state of <see cref="FarmMonitor"/> as of one moment; to be read while its lock is held.</summary>
/// <param name="Workers">The workers.</param>
/// <param name="States">The number of jobs in each state.</param>
/// <param name="Waits">The queued jobs by tag and wait.</param>
/// <param name="Activity">What happened to jobs.</param>
/// <param name="Now">The time.</param>
internal sealed record FarmView(WorkerRegistry Workers, StateCounts States, QueueWaits Waits, Activity Activity, DateTimeOffset Now);
