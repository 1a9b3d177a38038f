using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>One event on its way to one receiver.</summary>
internal sealed class Delivery
{
    /// <summary>The name of the event.</summary>
    public required string Event { get; init; }

    /// <summary>The uid of the job.</summary>
    public required string Uid { get; init; }

    /// <summary>The JSON that is sent.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The address of the receiver; <c>null</c> for the command.</summary>
    public Uri? Url { get; init; }

    /// <summary>The job's own method and headers; <c>null</c> for a hook of the operator.</summary>
    public JobWebhook? Own { get; init; }

    /// <summary>The bytes that are kept for it.</summary>
    public int Size => Body.Length + (Own?.Size ?? 0);

    /// <summary>The number of tries that have failed.</summary>
    public int Tries { get; set; }

    /// <summary>The place among all deliveries, for the queue.</summary>
    public LinkedListNode<Delivery>? Place { get; set; }

    /// <summary>The receiver, of which only so many are used at once.</summary>
    public string Receiver => Url is null ? "command" : Own is null ? Url.AbsoluteUri : $"job {WebhookUrl.Origin(Url)}";

    /// <summary>The key of what is delivered in order: the events of one job to one receiver.</summary>
    public (string Receiver, string Uid) Lane => (Url is null ? "command" : Own is null ? Url.AbsoluteUri : $"job {Url.AbsoluteUri}", Uid);

    /// <summary>The receiver for the log.</summary>
    public string Description => Url is null ? "command" : WebhookUrl.Describe(Url);

    /// <summary>Writes the delivery for the file of those that are not delivered.</summary>
    public byte[] ToBytes()
    {
        var line = new JsonObject(7);
        line.Set(DeliveryFields.Event, JsonText.Quote(Event));
        line.Set(DeliveryFields.Uid, JsonText.Quote(Uid));
        if (Url is not null) line.Set(DeliveryFields.Url, JsonText.Quote(Url.OriginalString));
        if (Own is not null) line.Set(DeliveryFields.Own, Own.ToBytes());
        line.Set(DeliveryFields.Tries, JsonText.FromInteger(Tries));
        line.Set(DeliveryFields.Body, Body);
        return line.ToBytes();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; returns <c>null</c> for anything else.</summary>
    public static Delivery? From(JsonObject line)
    {
        var (name, uid) = (JsonText.GetString(line[DeliveryFields.Event]), JsonText.GetString(line[DeliveryFields.Uid]));
        if (name is null || uid is null || line[DeliveryFields.Body] is not [(byte)'{', ..]) return null;
        Uri? url = null;
        if (JsonText.GetString(line[DeliveryFields.Url]) is { } text && WebhookUrl.Check(text, out url) is not null) return null;
        var own = line.Has(DeliveryFields.Own) ? JobWebhook.Read(line.Value(DeliveryFields.Own)) : null;
        return new Delivery
        {
            Event = name,
            Uid = uid,
            Body = line.Value(DeliveryFields.Body).ToArray(),
            Url = url,
            Own = own,
            Tries = JsonText.IsNumber(line[DeliveryFields.Tries]) ? (int)JsonText.Number(line[DeliveryFields.Tries]) : 0,
        };
    }
}
