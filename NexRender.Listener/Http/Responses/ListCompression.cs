using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Responses;

/// <summary>Decides which lists are compressed: long ones, for clients that accept it.</summary>
internal static class ListCompression
{
    // A shorter list is sent sooner than it is compressed.
    private const int MinLength = 64 << 10;

    /// <summary>Returns true if the response is compressed for some clients, so that caches must tell them apart.</summary>
    public static bool IsPossible(ApiResponse response) => response.Content is ListContent list && list.IsLongerThan(MinLength);

    /// <summary>Returns true if the response is to be compressed.</summary>
    public static bool IsWanted(Exchange exchange, ApiResponse response) =>
        IsPossible(response) && ContentCoding.AcceptsGzip(exchange.Header("accept-encoding"));
}
