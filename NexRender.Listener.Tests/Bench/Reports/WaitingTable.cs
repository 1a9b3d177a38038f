using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The table of watchers, of held pickups, and of requests about many jobs.</summary>
internal static class WaitingTable
{
    public static void Write(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        Watchers(rows, options, results);
        Held(rows, options, results);
        foreach (var size in options.Sizes) Many(rows, results, size);
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Watchers, held pickups, many jobs at once").AppendLine();
        text.AppendLine($"Watchers and held pickups with {Format.Number(options.MiddleSize)} jobs; PUTs and POSTs per second with "
            + $"{WatchMeasurement.Connections} connections. In parentheses the share of the events that the watchers received, what they "
            + "were sent, and how many were dropped per round.").AppendLine();
        text.AppendLine("| | nexrender-listener | behind its gate |").AppendLine("| --- | ---: | ---: |").Append(rows);
    }

    private static void Watchers(StringBuilder rows, BenchOptions options, Results results)
    {
        Cell Of(TargetKind kind, string what, int count) => new(kind, Operation.Watch, options.MiddleSize, count, what);
        foreach (var (count, isCompressed) in WatchMeasurement.Watchers)
        {
            string Figure(TargetKind kind)
            {
                Cell Named(string what) => Of(kind, WatchMeasurement.Name(what, isCompressed), count);
                var rate = Format.Spread(results, Named("rate"), Format.Number);
                return results[Named("share")] is not { } share ? rate : $"{rate} ({Format.Share(share)}, "
                    + $"{Format.Megabytes(results[Named("megabytes")])}/s, {Format.Number(results[Named("dropped")])})";
            }
            AddRow(rows, $"PUT, {Format.Number(count)} watchers of all events{(isCompressed ? ", gzip" : "")}", Figure);
        }
        AddRow(rows, "memory of an idle watcher", kind => Format.Kilobytes(results[Of(kind, "idle", WatchMeasurement.Idle)]));
    }

    private static void Held(StringBuilder rows, BenchOptions options, Results results)
    {
        Cell Of(TargetKind kind, string what, int count) => new(kind, Operation.Held, options.MiddleSize, count, what);
        foreach (var count in HeldMeasurement.Counts)
        {
            var held = Format.Number(count);
            AddRow(rows, $"POST of other tags, {held} held", kind => Format.Spread(results, Of(kind, "rate", count), Format.Number));
            AddRow(rows, $"POST until the pickup is answered, {held} held: median (p99)", kind =>
                results[Of(kind, "median", count)] is not { } median ? ""
                : $"{Format.Milliseconds(median)} ({Format.Milliseconds(results[Of(kind, "p99", count)])})");
            AddRow(rows, "memory of a held pickup", kind => Format.Kilobytes(results[Of(kind, "memory", count)]));
        }
    }

    private static void Many(StringBuilder rows, Results results, int size)
    {
        Cell Of(TargetKind kind, string what) => new(kind, Operation.Many, size, What: what);
        string Time(TargetKind kind, string what) => Format.Spread(results, Of(kind, what), Format.Milliseconds);
        string Sized(TargetKind kind, string what) =>
            Time(kind, what) is { Length: > 0 } time ? $"{time} ({Format.Megabytes(results[Of(kind, what + " size")])})" : "";
        var jobs = $"at {Format.Number(size)} jobs: ";
        var bulk = Format.Number(ManyMeasurement.BulkLength);
        AddRow(rows, $"{jobs}POST of an array of {Format.Number(ManyMeasurement.ArrayLength)}", kind => Time(kind, "array"));
        AddRow(rows, $"{jobs}cancel {bulk}", kind => Time(kind, "cancel"));
        AddRow(rows, $"{jobs}remove {bulk}", kind => Time(kind, "remove"));
        AddRow(rows, $"{jobs}the slowest other request meanwhile", kind => Time(kind, "slowest"));
        AddRow(rows, $"{jobs}GET of all", kind => Sized(kind, "plain"));
        AddRow(rows, $"{jobs}GET of all, compressed", kind => Sized(kind, "compressed"));
    }

    private static void AddRow(StringBuilder rows, string what, Func<TargetKind, string> figure)
    {
        var (direct, gate) = (figure(TargetKind.Listener), figure(TargetKind.Gate));
        if (direct.Length + gate.Length > 0) rows.AppendLine($"| {what} | {direct} | {gate} |");
    }
}
