namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs of which any may be next, each equally likely.</summary>
internal sealed class RandomJobSet : IJobSet
{
    private readonly List<Job> _jobs = [];
    private readonly Dictionary<long, int> _places = [];

    public int Count => _jobs.Count;

    public void Add(Job job)
    {
        _places[job.Order] = _jobs.Count;
        _jobs.Add(job);
    }

    // The last takes the place of the removed one: there is no order to keep.
    public void Remove(Job job)
    {
        if (!_places.Remove(job.Order, out var at)) return;
        var last = _jobs[^1];
        _jobs.RemoveAt(_jobs.Count - 1);
        if (last.Order == job.Order) return;
        _jobs[at] = last;
        _places[last.Order] = at;
    }

    public Job Next() => _jobs[Random.Shared.Next(_jobs.Count)];
}
