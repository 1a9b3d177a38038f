using System.Net;

namespace NexRender.Listener.Http.Relay;

/// <summary>
/// The header by which a standby tells the leader for whom it asks. The leader believes it with the token that only servers of the same
/// farm know. With any token it keeps requests from going in circles. In a response it tells that the server stands by too, and has not
/// carried out the request.
/// </summary>
internal static class RelayHeader
{
    public const string Name = "nexrender-relay";

    /// <summary>The value in a response.</summary>
    public const string StandsBy = "standby";

    /// <summary>Stands for no token.</summary>
    private const string NoToken = "-";

    /// <summary>Returns the value for a request.</summary>
    /// <param name="token">The token of the leader.</param>
    /// <param name="mayWait">True if the response may wait for something.</param>
    /// <param name="address">The address of the client.</param>
    public static string Write(string token, bool mayWait, string address) =>
        $"{(token.Length == 0 ? NoToken : token)} {(mayWait ? "wait" : "now")} {address}";

    /// <summary>Lets an exchange be that of the client for whom a standby asks, if the request proves that one does.</summary>
    public static void Apply(Exchange exchange, Secret token)
    {
        if (exchange.Header(Name)?.Split(' ') is not [var given, var wait, var address]) return;
        if (token.Matches(System.Text.Encoding.Latin1.GetBytes(given)) && IPAddress.TryParse(address, out _))
            exchange.RelayFor(address, mayWait: wait == "wait");
    }
}
