using System.Globalization;
using System.Text;

namespace NexRender.Listener.Farm.Events;

/// <summary>The last 10,000 events, at most 32 MB of them, by number. Not thread-safe.</summary>
internal sealed class EventRing
{
    private const int MaxEvents = 10_000;
    private const long MaxBytes = 32 << 20;

    private readonly FarmEvent?[] _events = new FarmEvent?[MaxEvents];
    private readonly string _prefix = Random.Shared.Next().ToString("x8", CultureInfo.InvariantCulture);
    private long _bytes;

    /// <summary>The number of the first event that is kept.</summary>
    public long First { get; private set; } = 1;

    /// <summary>The number of the last event; 0 if there was none.</summary>
    public long Last { get; private set; }

    public FarmEvent this[long number] => _events[number % MaxEvents]!;

    public void Add(FarmEvent farmEvent)
    {
        if (Last - First + 1 == MaxEvents) Drop();
        _events[++Last % MaxEvents] = farmEvent;
        _bytes += farmEvent.Text.Length;
        while (_bytes > MaxBytes && First < Last) Drop();
    }

    /// <summary>Returns the id of an event: a prefix, which differs after each start, and the number.</summary>
    public string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{number}");

    /// <summary>Returns the line of the id of an event.</summary>
    public byte[] IdLineOf(long number) => Encoding.ASCII.GetBytes($"id: {IdOf(number)}\n");

    /// <summary>Returns the number of the event that an id names, if all events after it are kept; otherwise <c>null</c>.</summary>
    public long? Find(string id)
    {
        if (!id.StartsWith(_prefix, StringComparison.Ordinal) || id.Length <= _prefix.Length || id[_prefix.Length] != '-') return null;
        var isNumber =
            long.TryParse(id.AsSpan(_prefix.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= First - 1 && number <= Last ? number : null;
    }

    /// <summary>Returns the events after the one that an id names, with the lines of their ids; <c>null</c> if not all are kept.</summary>
    public (byte[] Id, FarmEvent Event)[]? After(string id)
    {
        if (Find(id) is not { } seen) return null;
        var events = new (byte[] Id, FarmEvent Event)[Last - seen];
        for (var i = 0; i < events.Length; i++) events[i] = (IdLineOf(seen + 1 + i), this[seen + 1 + i]);
        return events;
    }

    private void Drop()
    {
        ref var oldest = ref _events[First++ % MaxEvents];
        _bytes -= oldest!.Text.Length;
        oldest = null;
    }
}
