namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs of one kind, kept so that the next to hand out is found at once.</summary>
internal interface IJobSet
{
    int Count { get; }

    void Add(Job job);

    void Remove(Job job);

    /// <summary>The next job to hand out; there must be one.</summary>
    Job Next();
}
