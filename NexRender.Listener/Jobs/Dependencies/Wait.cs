namespace NexRender.Listener.Jobs.Dependencies;

/// <summary>
/// The state of a job that depends on others, while it waits for them or has ended because of one. Guarded by the store's lock.
/// </summary>
internal sealed class Wait(string[] dependsOn)
{
    public string[] DependsOn { get; } = dependsOn;

    /// <summary>The number of dependencies that have not finished.</summary>
    public int Unfinished { get; set; }
}
