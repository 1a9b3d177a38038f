using System.Globalization;
using NexRender.Listener.Farm.Numbers;

namespace NexRender.Listener.Api.Numbers;

/// <summary>Writes the requests by route as metrics.</summary>
internal static class RequestMetrics
{
    // A request that was refused before its route was called. Its path is the client's own text, which cannot be a label.
    private const string NoRoute = "";

    /// <param name="text">Receives the metrics.</param>
    /// <param name="routes">The routes.</param>
    /// <param name="unrouted">The requests that were refused before a route was called.</param>
    public static void Write(MetricsText text, Route[] routes, RequestCounts unrouted)
    {
        text.Counter("http_requests_total", "Requests since the start; status none: the client disconnected before a response.");
        foreach (var route in routes) WriteStatuses(text, route.Requests, route.Method, route.Template);
        WriteStatuses(text, unrouted, NoRoute, NoRoute);
        text.Histogram("http_request_duration_seconds", "Time from the head of a request to the end of its response.");
        foreach (var route in routes) WriteDurations(text, route.Requests, route.Method, route.Template);
        WriteDurations(text, unrouted, NoRoute, NoRoute);
    }

    private static void WriteStatuses(MetricsText text, RequestCounts counts, string method, string route)
    {
        foreach (var (status, count) in counts.ByStatus())
        {
            var name = status == 0 ? "none" : status.ToString(CultureInfo.InvariantCulture);
            text.Value(count, ("method", method), ("route", route), ("status", name));
        }
    }

    private static void WriteDurations(MetricsText text, RequestCounts counts, string method, string route)
    {
        if (counts.Durations.Read() is { Count: > 0 } durations) text.Values(durations, ("method", method), ("route", route));
    }
}
