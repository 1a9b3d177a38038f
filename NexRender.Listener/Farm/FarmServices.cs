using NexRender.Listener.Farm.Events;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Farm;

/// <summary>The listeners to changes of jobs, and the pauses of the farm.</summary>
internal sealed class FarmServices : IDisposable
{
    /// <param name="store">The jobs.</param>
    /// <param name="pauses">The file of the pauses.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="numbers">What the server measures of itself.</param>
    public FarmServices(JobStore store, ISideFile pauses, TimeProvider clock, ServerNumbers numbers)
    {
        Numbers = numbers;
        Pauses = new Pauses(pauses, clock);
        Events = new EventHub(new EventWriter(store.Reader), numbers.Version, clock);
        Monitor = new FarmMonitor(Pauses, clock, Events.Announce);
    }

    public ServerNumbers Numbers { get; }

    public Pauses Pauses { get; }

    public EventHub Events { get; }

    public JobWaits Waits { get; } = new();

    public FarmMonitor Monitor { get; }

    /// <summary>Reports the ends of jobs; <c>null</c> if there are no hooks.</summary>
    public HookService? Hooks { get; init; }

    /// <summary>Listens to the changes of jobs, and counts the present ones. To be called before requests are handled.</summary>
    public void Start(JobStore store)
    {
        store.Pickups.Observe(Pauses);
        store.Feed.Add(Events);
        store.Feed.Add(Monitor);
        store.Feed.Add(Waits);
        if (Hooks is not null) store.Feed.Add(Hooks);
        var (jobs, lastSequence) = store.Snapshot();
        Monitor.Load(jobs, lastSequence);
        Hooks?.Start(jobs, lastSequence);
    }

    public void Dispose()
    {
        Monitor.Dispose();
        Events.Dispose();
        Pauses.Dispose();
    }
}
