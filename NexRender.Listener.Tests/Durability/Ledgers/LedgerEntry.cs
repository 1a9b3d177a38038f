namespace NexRender.Listener.Tests.Durability.Ledgers;

/// <summary>
/// Records what is known of a job. A job goes through numbered steps, each sent once and in order: 0 created, 1 picked up, then one for
/// each update. Only one client changes it, one request at a time; others may read it.
/// </summary>
internal sealed class LedgerEntry(string uid)
{
    public const int Absent = -1, Created = 0, Picked = 1, FirstUpdate = 2, Removed = int.MaxValue;

    private readonly Lock _lock = new();

    // Guarded by the lock.
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

    /// <summary>Records that a request is about to be sent; until the response it may have been applied or not.</summary>
    public void Send(int step)
    {
        lock (_lock) _unknown.Add(step);
    }

    /// <summary>Records an acknowledgement, which settles all earlier requests: the client sends one at a time.</summary>
    public void Acknowledge(int step)
    {
        lock (_lock)
        {
            _acknowledged = step;
            _unknown.Clear();
        }
    }

    /// <summary>Records that the request was about another job.</summary>
    public void Withdraw(int step)
    {
        lock (_lock) _unknown.Remove(step);
    }

    /// <summary>Records that a client was shown the job at this step, so it may never be at an earlier one again.</summary>
    public void See(int step)
    {
        lock (_lock) _seen = Math.Max(_seen, step);
    }

    /// <summary>Returns true if the server may hand out the job.</summary>
    public bool MayBePicked()
    {
        lock (_lock) return _acknowledged == Created || _unknown.Contains(Created);
    }

    /// <summary>Compares with what the server shows; returns a description of a contradiction.</summary>
    public string? Compare(int found)
    {
        lock (_lock)
        {
            var removed = found == Absent && (_acknowledged is Absent or Removed || _unknown.Contains(Removed));
            if (found != _acknowledged && !removed && !_unknown.Contains(found))
            {
                var unknown = string.Join(", ", _unknown.Select(Name));
                return $"{uid} is {Name(found)}; acknowledged was {Name(_acknowledged)}, unknown [{unknown}]";
            }
            return found >= _seen || removed ? null : $"{uid} is {Name(found)}, but somebody had been shown that it was {Name(_seen)}";
        }
    }

    /// <summary>Continues from what was found.</summary>
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
