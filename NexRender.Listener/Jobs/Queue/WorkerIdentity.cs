namespace NexRender.Listener.Jobs.Queue;

/// <summary>A worker that asks for a job.</summary>
/// <param name="Executor">Its name, or else its address.</param>
/// <param name="IsNamed">True if it has sent a name.</param>
/// <param name="Address">The address that it asks from.</param>
internal readonly record struct WorkerIdentity(string Executor, bool IsNamed, string Address);
