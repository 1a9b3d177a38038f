using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>
/// The deliveries that are not delivered yet. Those of one job to one receiver follow each other, and each receiver gets only so many at
/// once. Every operation takes the same time however many there are.
/// </summary>
internal sealed class DeliveryQueue(HookLimits limits)
{
    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly LinkedList<Delivery> _all = [];
    private readonly Dictionary<(string Receiver, string Uid), DeliveryLane> _lanes = [];
    private readonly Dictionary<string, DeliveryReceiver> _receivers = [];
    private readonly PriorityQueue<DeliveryLane, long> _delayed = new();
    private long _bytes;

    /// <summary>The number of deliveries.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _all.Count;
        }
    }

    /// <summary>Adds a delivery.</summary>
    /// <returns>The number of the oldest deliveries that were dropped to make room.</returns>
    public int Add(Delivery delivery)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(delivery.Lane, out var lane))
            {
                _lanes.Add(delivery.Lane, lane = new DeliveryLane(delivery.Lane, ReceiverOf_NeedsLock(delivery)));
                lane.Receiver.Ready.Enqueue(lane);
            }
            delivery.Place = _all.AddLast(delivery);
            lane.Waiting.AddLast(delivery);
            _bytes += delivery.Size;
            return DropOldest_NeedsLock();
        }
    }

    /// <summary>Takes the deliveries that may be tried now.</summary>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="next">The time at which there are more; <c>null</c> if none waits for a time.</param>
    public List<Delivery> Take(long now, out long? next)
    {
        var taken = new List<Delivery>();
        lock (_lock)
        {
            while (_delayed.TryPeek(out var due, out var at) && at <= now)
            {
                _delayed.Dequeue();
                due.Receiver.Ready.Enqueue(due);
            }
            foreach (var receiver in _receivers.Values)
            {
                while (receiver.Active < limits.AtOnce && receiver.Ready.TryDequeue(out var lane))
                {
                    if (lane.Waiting.First is not { } first)
                    {
                        _lanes.Remove(lane.Key);
                        continue;
                    }
                    lane.Waiting.RemoveFirst();
                    receiver.Active++;
                    taken.Add(first.Value);
                }
            }
            next = _delayed.TryPeek(out _, out var soonest) ? soonest : null;
        }
        return taken;
    }

    /// <summary>Removes a delivery that was taken.</summary>
    public void Complete(Delivery delivery)
    {
        lock (_lock)
        {
            Remove_NeedsLock(delivery.Place!);
            var lane = Release_NeedsLock(delivery);
            if (lane.Waiting.Count == 0) _lanes.Remove(lane.Key);
            else lane.Receiver.Ready.Enqueue(lane);
        }
    }

    /// <summary>Puts a delivery that was taken back, to be tried again.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="at">The time in milliseconds.</param>
    public void Retry(Delivery delivery, long at)
    {
        lock (_lock)
        {
            var lane = Release_NeedsLock(delivery);
            lane.Waiting.AddFirst(delivery);
            _delayed.Enqueue(lane, at);
        }
    }

    /// <summary>Returns all deliveries in order, also those that were taken.</summary>
    public Delivery[] ToArray()
    {
        lock (_lock) return [.. _all];
    }

    private DeliveryReceiver ReceiverOf_NeedsLock(Delivery delivery)
    {
        if (!_receivers.TryGetValue(delivery.Receiver, out var receiver))
            _receivers.Add(delivery.Receiver, receiver = new DeliveryReceiver());
        return receiver;
    }

    private DeliveryLane Release_NeedsLock(Delivery delivery)
    {
        var lane = _lanes[delivery.Lane];
        lane.Receiver.Active--;
        return lane;
    }

    private int DropOldest_NeedsLock()
    {
        var dropped = 0;
        var node = _all.First;
        while (node is not null && (_all.Count > limits.MaxPending || _bytes > limits.MaxPendingBytes))
        {
            var next = node.Next;
            // Those that are on their way are few, and stay.
            if (_lanes[node.Value.Lane].Waiting.Remove(node.Value))
            {
                Remove_NeedsLock(node);
                dropped++;
            }
            node = next;
        }
        return dropped;
    }

    private void Remove_NeedsLock(LinkedListNode<Delivery> node)
    {
        _all.Remove(node);
        _bytes -= node.Value.Size;
    }
}
