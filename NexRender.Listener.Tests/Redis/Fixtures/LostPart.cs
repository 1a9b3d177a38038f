namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>The part of a command that a <see cref="CuttingProxy"/> loses.</summary>
public enum LostPart
{
    /// <summary>The command never arrives.</summary>
    Command,

    /// <summary>The command is carried out, and its reply never arrives.</summary>
    Reply,
}
