using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>
/// The deliveries of one job to one receiver, of which one is tried at a time. While there are any, the lane is ready, delayed, or its
/// first delivery is on its way.
/// </summary>
internal sealed class DeliveryLane((string Receiver, string Uid) key, DeliveryReceiver receiver)
{
    public (string Receiver, string Uid) Key => key;

    public DeliveryReceiver Receiver => receiver;

    /// <summary>The deliveries that are not on their way.</summary>
    public LinkedList<Delivery> Waiting { get; } = [];
}
