using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>The hooks of a server.</summary>
internal sealed record HookSettings
{
    /// <summary>The operator's own addresses, which may be anywhere.</summary>
    public IReadOnlyList<Uri> Webhooks { get; init; } = [];

    /// <summary>The addresses below which webhooks of jobs are allowed.</summary>
    public IReadOnlyList<WebhookPrefix> AllowedPrefixes { get; init; } = [];

    /// <summary>The command; <c>null</c> for none.</summary>
    public string? Command { get; init; }

    /// <summary>The ends of jobs that are reported.</summary>
    public required EndStates States { get; init; }

    /// <summary>The secret that signs bodies; empty for none.</summary>
    public required string Secret { get; init; }

    /// <summary>The name and version of the server, for receivers.</summary>
    public required string UserAgent { get; init; }

    public required HookLimits Limits { get; init; }

    /// <summary>True if there is any hook.</summary>
    public bool IsAny => Webhooks.Count > 0 || AllowedPrefixes.Count > 0 || Command is not null;
}
