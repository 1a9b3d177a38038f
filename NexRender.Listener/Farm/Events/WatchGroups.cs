namespace NexRender.Listener.Farm.Events;

/// <summary>All watchers, grouped by filter, and by uid if they watch certain jobs. Guarded by the lock of the hub.</summary>
internal sealed class WatchGroups
{
    private readonly Dictionary<string, WatchGroup> _byFilter = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<WatchGroup>> _byUid = new(StringComparer.Ordinal);
    private readonly List<WatchGroup> _ofAllJobs = [];

    /// <summary>The number of watchers.</summary>
    public int Watchers { get; private set; }

    /// <summary>Copies all groups.</summary>
    public WatchGroup[] All() => [.. _byFilter.Values];

    /// <summary>Returns the group of a filter, which is new if nobody watches with it.</summary>
    public WatchGroup Get(EventFilter filter) => _byFilter.GetValueOrDefault(filter.Key) ?? new WatchGroup(filter);

    /// <summary>Adds a watcher to its group.</summary>
    public void Add(Watcher watcher)
    {
        var group = watcher.Group;
        if (group.IsEmpty)
        {
            _byFilter[group.Filter.Key] = group;
            if (group.Filter.Uids.Count == 0) _ofAllJobs.Add(group);
            foreach (var uid in group.Filter.Uids)
            {
                if (!_byUid.TryGetValue(uid, out var groups)) _byUid.Add(uid, groups = []);
                groups.Add(group);
            }
        }
        group.Add(watcher);
        Watchers++;
    }

    /// <summary>Removes a watcher, unless it was dropped before.</summary>
    public void Remove(Watcher watcher)
    {
        if (watcher.Group.Remove(watcher)) Dropped(watcher.Group, 1);
    }

    /// <summary>Records that a group has dropped watchers.</summary>
    public void Dropped(WatchGroup group, int count)
    {
        Watchers -= count;
        if (count == 0 || !group.IsEmpty) return;
        _byFilter.Remove(group.Filter.Key);
        if (group.Filter.Uids.Count == 0) _ofAllJobs.Remove(group);
        foreach (var uid in group.Filter.Uids)
        {
            var groups = _byUid[uid];
            groups.Remove(group);
            if (groups.Count == 0) _byUid.Remove(uid);
        }
    }

    /// <summary>Returns the groups whose filters may select an event.</summary>
    public IEnumerable<WatchGroup> Candidates(FarmEvent farmEvent) =>
        farmEvent.Uid is { } uid && _byUid.TryGetValue(uid, out var groups) ? _ofAllJobs.Concat(groups) : _ofAllJobs;
}
