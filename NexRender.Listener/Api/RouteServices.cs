using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The services and settings that the handlers of the routes use.</summary>
/// <param name="Store">The jobs.</param>
/// <param name="Farm">What follows from changes of jobs.</param>
/// <param name="Log">The log.</param>
/// <param name="Refusals">Logs what is refused or ignored.</param>
/// <param name="Clock">The clock.</param>
internal sealed record RouteServices(JobStore Store, FarmServices Farm, Log Log, RefusalLog Refusals, TimeProvider Clock)
{
    /// <summary>The time that an empty pickup is held; zero for none.</summary>
    public TimeSpan PickupWait { get; init; }

    /// <summary>True if the metrics need no secret.</summary>
    public bool OpensMetrics { get; init; }
}
