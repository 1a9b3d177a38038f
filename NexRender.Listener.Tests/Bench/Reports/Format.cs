using System.Globalization;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>Formats figures and names of the tables; a figure that was not measured is an empty text.</summary>
internal static class Format
{
    public static string Connections(int count) => count == 1 ? "1 connection" : $"{Number(count)} connections";

    public static string Number(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    public static string Milliseconds(double? value) =>
        value is null ? ""
        : double.IsNaN(value.Value) ? "none completed"
        : value.Value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture) + " ms";

    public static string Megabytes(double? value) =>
        value is null ? "" : value.Value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture) + " MB";

    public static string Kilobytes(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) is { } text ? text + " KB" : "";

    public static string Share(double value) => (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Ratio(double? ratio) => ratio?.ToString(ratio < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A figure with the spread of its rounds, such as <c>31,338 ±4 %</c>.</summary>
    public static string Spread(Results results, Cell cell, Func<double?, string> format) =>
        results.Spread(cell) is { } spread && format(results[cell]) is { Length: > 0 } text
            ? $"{text} ±{(spread * 100).ToString("0", CultureInfo.InvariantCulture)} %" : format(results[cell]);

    /// <summary>Requests per second, with their spread, the latency of 99 %, and the number of failures, if there were any.</summary>
    public static string Rate(Results results, Cell cell) =>
        results[cell] is not { } rate ? ""
        : rate == 0 ? "none completed"
        : $"{Spread(results, cell, Number)} ({Milliseconds(results[cell with { What = "p99" }])})"
            + (results[cell with { What = "errors" }] is { } errors ? $", {Number(errors)} failed" : "");

    public static string Name(TargetKind kind) => kind switch
    {
        TargetKind.Listener or TargetKind.ListenerOnRedis => "nexrender-listener",
        TargetKind.Gate => "nexrender-listener, behind its gate",
        TargetKind.Before => "nexrender-listener, the version before",
        TargetKind.Original => "@nexrender/server",
        TargetKind.OriginalOnRedis => "@nexrender/server, database-redis",
        TargetKind.Echo => "bare HttpListener",
        _ => "Redis",
    };

    public static string Name(Cell cell) => cell switch
    {
        { Kind: TargetKind.Redis } => "SET, appendfsync always",
        { Kind: TargetKind.Echo, Operation: Operation.Put } => "PUT, echoed",
        _ => Name(cell.Operation),
    };

    public static string Name(Operation operation) => operation switch
    {
        Operation.Put => "PUT of progress",
        Operation.Get => "GET of one job",
        Operation.Pickup => "empty pickup",
        Operation.Take => "pickup of a job, which a PUT returns",
        Operation.Page => "GET of 50 queued jobs",
        Operation.Minimal => "GET of the newest 50 finished jobs, minimal",
        Operation.Unchanged => "GET of all jobs, unchanged (304)",
        _ => "POST of a job",
    };
}
