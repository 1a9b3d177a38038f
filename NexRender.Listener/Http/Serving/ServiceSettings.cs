using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Retention;

namespace NexRender.Listener.Http.Serving;

/// <summary>The settings of what serves requests.</summary>
internal sealed class ServiceSettings
{
    public required JobOrdering Ordering { get; init; }

    public required RetryPolicy RetryPolicy { get; init; }

    public required RetentionPolicy RetentionPolicy { get; init; }

    public required HookSettings Hooks { get; init; }

    /// <summary>The longest time that a pickup is held unless it asks for another.</summary>
    public required TimeSpan PickupWait { get; init; }

    /// <summary>True if the metrics need no secret.</summary>
    public required bool OpensMetrics { get; init; }

    public required SecretAuthentication Secrets { get; init; }

    public required HttpLimits Limits { get; init; }

    public required TimeProvider Clock { get; init; }
}
