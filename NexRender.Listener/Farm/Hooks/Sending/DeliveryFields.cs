namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>The names of the members of a delivery in the file of those that are not delivered.</summary>
internal static class DeliveryFields
{
    public static readonly byte[] Event = "event"u8.ToArray();
    public static readonly byte[] Uid = "uid"u8.ToArray();
    public static readonly byte[] Url = "url"u8.ToArray();
    public static readonly byte[] Own = "webhook"u8.ToArray();
    public static readonly byte[] Tries = "tries"u8.ToArray();
    public static readonly byte[] Body = "body"u8.ToArray();
}
