namespace NexRender.Listener.Tests.Durability;

/// <summary>
/// What one client knows of one job. A job goes through numbered steps, each sent once and none of them backwards: 0 created, 1 picked up,
/// then one for each update. One client alone changes it, one request at a time; others may look.
/// </summary>
internal sealed class LedgerEntry(string uid)
{
    public const int Absent = -1, Created = 0, Picked = 1, FirstUpdate = 2, Removed = int.MaxValue;

    private readonly Lock _lock = new();

    // Under the lock.
    private readonly List<int> _unknown = [];
    private int _acknowledged = Absent;
    private int _seen = Absent;

    public LedgerEntry(LedgerEntry other) : this(other.Uid)
    {
        lock (other._lock)
        {
            (_acknowledged, _seen) = (other._acknowledged, other._seen);
            _unknown.AddRange(other._unknown);
        }
    }

    public string Uid => uid;

    public int Acknowledged
    {
        get
        {
            lock (_lock) return _acknowledged;
        }
    }

    /// <summary>A request is about to leave; until an answer comes, it may have happened or not.</summary>
    public void Send(int step)
    {
        lock (_lock) _unknown.Add(step);
    }

    /// <summary>The answer came. What was unknown before was settled by it: the server takes requests one after the other.</summary>
    public void Acknowledge(int step)
    {
        lock (_lock)
        {
            _acknowledged = step;
            _unknown.Clear();
        }
    }

    /// <summary>The request was about another job after all.</summary>
    public void Withdraw(int step)
    {
        lock (_lock) _unknown.Remove(step);
    }

    /// <summary>Somebody was shown the job at this step, so it may never be at an earlier one again.</summary>
    public void See(int step)
    {
        lock (_lock) _seen = Math.Max(_seen, step);
    }

    /// <summary>Whether the server may hand out the job to a worker, as far as is known.</summary>
    public bool MayBePicked()
    {
        lock (_lock) return _acknowledged == Created || _unknown.Contains(Created);
    }

    /// <summary>Compares with what the server shows; what contradicts is returned in words.</summary>
    public string? Judge(int found)
    {
        lock (_lock)
        {
            var removed = found == Absent && (_acknowledged is Absent or Removed || _unknown.Contains(Removed));
            if (found != _acknowledged && !removed && !_unknown.Contains(found))
                return $"{uid} is {Name(found)}; acknowledged was {Name(_acknowledged)}, unknown [{string.Join(", ", _unknown.Select(Name))}]";
            return found >= _seen || removed ? null : $"{uid} is {Name(found)}, but somebody had been shown that it was {Name(_seen)}";
        }
    }

    /// <summary>Takes what was found for the truth from now on; nothing is unknown any more.</summary>
    public void Settle(int found)
    {
        lock (_lock)
        {
            _acknowledged = found == Absent && _acknowledged == Removed ? Removed : found;
            _unknown.Clear();
        }
    }

    private static string Name(int step) => step switch
    {
        Absent => "not there",
        Removed => "removed",
        Created => "created",
        Picked => "picked",
        _ => $"at step {step}",
    };
}
