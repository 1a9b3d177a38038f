namespace NexRender.Listener.Farm.Hooks;

/// <summary>The deliveries to one receiver.</summary>
internal sealed class DeliveryReceiver
{
    /// <summary>The lanes whose first delivery may be tried.</summary>
    public Queue<DeliveryLane> Ready { get; } = [];

    /// <summary>The number of deliveries that are on their way.</summary>
    public int Active { get; set; }
}
