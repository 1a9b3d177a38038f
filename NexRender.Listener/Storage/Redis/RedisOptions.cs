using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>The settings of a storage in Redis.</summary>
/// <param name="Address">The address of Redis.</param>
internal sealed record RedisOptions(RedisAddress Address)
{
    /// <summary>The address at which other servers reach this one; empty for none.</summary>
    public string Advertise { get; init; } = "";

    /// <summary>The time after which another server may lead, if this one is not heard of.</summary>
    public TimeSpan LeadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The number of replicas that must have a change before it is answered.</summary>
    public int Replicas { get; init; }

    /// <summary>True to start although other programs have changed the jobs.</summary>
    public bool Takeover { get; init; }

    /// <summary>The time after which a change is refused if Redis does not respond.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time between two attempts to reach a Redis that does not respond.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest time for the reply to one piece of what is read at the start.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The most changes in a script; Redis takes a million words in a command. A single change of more jobs is refused.
    /// </summary>
    public int MaxChanges { get; init; } = 300_000;
}
