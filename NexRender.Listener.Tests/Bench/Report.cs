using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NexRender.Listener.Tests.Bench;

/// <summary>Writes the tables as Markdown.</summary>
internal static class Report
{
    private const string Introduction =
        """
        # Results of the benchmark

        Written by `./build.sh bench`; [README.md](README.md) says how it is measured and why goals were missed.

        """;

    /// <summary>Writes the tables to standard output, and those of a complete run to the file of the options as well.</summary>
    public static void Write(BenchOptions options, Results results)
    {
        var tables = Tables(options, results);
        Console.Out.Write(tables);
        if (options.Results is null) return;
        if (options.IsComplete) File.WriteAllText(options.Results, $"{Introduction}\n{tables}".ReplaceLineEndings("\n"));
        else Console.Error.WriteLine($"{options.Results} was not written, because this run left something out.");
    }

    private static string Tables(BenchOptions options, Results results)
    {
        var text = new StringBuilder();
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var seconds = options.Seconds.ToString(CultureInfo.InvariantCulture);
        text.AppendLine($"Measured on {date}: {Machine()}; medians of {options.Rounds} rounds of {seconds} s.");
        Throughput(text, options, results);
        StartAndMemory(text, options, results);
        Many(text, options, results);
        WatchersAndHeld(text, options, results);
        Goals.Print(text, options, results);
        return text.ToString();
    }

    private static void Throughput(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        Operation[] operations =
            [Operation.Put, Operation.Post, Operation.Get, Operation.Pickup, Operation.Page, Operation.Minimal, Operation.Unchanged];
        foreach (var operation in operations)
        {
            foreach (var kind in Enum.GetValues<TargetKind>())
            {
                foreach (var size in options.Sizes.Prepend(0)) Row(rows, options, results, new Cell(kind, operation, size));
            }
        }
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Throughput").AppendLine();
        text.AppendLine("Requests per second (p99 latency), by number of jobs and of connections:").AppendLine();
        text.AppendLine("| request | server | jobs | " + string.Join(" | ", options.Connections.Select(Connections)) + " |");
        text.AppendLine("| --- | --- | ---: |" + string.Concat(options.Connections.Select(_ => " ---: |"))).Append(rows);
    }

    private static void Row(StringBuilder text, BenchOptions options, Results results, Cell cell)
    {
        var row = options.Connections.Select(connections => cell with { Connections = connections }).ToList();
        if (row.All(one => results[one] is null)) return;
        var figures = row.Select(one =>
            results[one] is not { } rate ? ""
            : rate == 0 ? "none completed"
            : $"{Number(rate)} ({Milliseconds(results[one with { What = "p99" }])})");
        var jobs = cell.Jobs == 0 ? "" : Number(cell.Jobs);
        text.AppendLine($"| {Name(cell)} | {Name(cell.Kind)} | {jobs} | {string.Join(" | ", figures)} |");
    }

    private static void StartAndMemory(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        foreach (var kind in new[] { TargetKind.Listener, TargetKind.Gate, TargetKind.Before, TargetKind.Original })
        {
            foreach (var size in options.Sizes.Append(0).Append(StartMeasurement.Large).Distinct().Order())
            {
                var cell = new Cell(kind, Operation.Start, size);
                string[] values = [
                    Milliseconds(results[cell with { What = "time" }]), Megabytes(results[cell with { What = "resident" }]),
                    Megabytes(results[cell with { What = "loaded" }]), Milliseconds(results[cell with { Operation = Operation.List }])];
                if (values.Any(value => value.Length > 0))
                {
                    rows.AppendLine($"| {Name(kind)} | {Number(size)} | {string.Join(" | ", values)} |");
                }
            }
        }
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Start, memory and lists").AppendLine();
        text.AppendLine("| server | jobs | start to first response | resident after start | resident after load | GET of all jobs |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |").Append(rows);
    }

    private static void Many(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        foreach (var size in options.Sizes)
        {
            var cell = new Cell(TargetKind.Listener, Operation.Many, size);
            double? Value(string what) => results[cell with { What = what }];
            if (Value("array") is null) continue;
            string Sized(string what) => $"{Milliseconds(Value(what))} ({Megabytes(Value(what + " size"))})";
            rows.AppendLine($"| {Number(size)} | {Milliseconds(Value("array"))} | {Milliseconds(Value("cancel"))} | "
                + $"{Milliseconds(Value("remove"))} | {Milliseconds(Value("slowest"))} | {Sized("plain")} | {Sized("compressed")} |");
        }
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Many jobs at once").AppendLine();
        text.AppendLine($"| jobs | POST of an array of {Number(ManyMeasurement.ArrayLength)} | cancel {Number(ManyMeasurement.BulkLength)} "
            + "| remove them | slowest request about one job meanwhile | GET of all jobs | compressed |");
        text.AppendLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |").Append(rows);
    }

    private static void WatchersAndHeld(StringBuilder text, BenchOptions options, Results results)
    {
        foreach (var kind in new[] { TargetKind.Listener, TargetKind.Gate })
        {
            Cell Watch(string what, int count) => new(kind, Operation.Watch, options.MiddleSize, count, what);
            if (results[Watch("rate", 0)] is null) continue;
            text.AppendLine().AppendLine($"## Watchers of all events: {Name(kind)}").AppendLine();
            text.AppendLine($"| watchers | they accept | PUTs per second, {WatchMeasurement.Connections} connections | sent to them "
                + "| of the events | dropped per round |");
            text.AppendLine("| ---: | --- | ---: | ---: | ---: | ---: |");
            foreach (var (count, isCompressed) in WatchMeasurement.Watchers)
            {
                double? Figure(string what) => results[Watch(WatchMeasurement.Name(what, isCompressed), count)];
                text.AppendLine($"| {Number(count)} | {(isCompressed ? "gzip" : "")} | {Number(Figure("rate"))} "
                    + (count == 0 ? "| | | |" : $"| {Megabytes(Figure("megabytes"))}/s "
                    + $"| {Share(Figure("share")!.Value)} | {Number(Figure("dropped"))} |"));
            }
        }
        Cell Held(string what, int count) => new(TargetKind.Listener, Operation.Held, options.MiddleSize, count, what);
        if (results[Held("rate", 1)] is null) return;
        text.AppendLine().AppendLine("## Held pickups").AppendLine();
        text.AppendLine("| held | POSTs of other tags per second | POST to answer, median | p99 | memory of one |");
        text.AppendLine("| ---: | ---: | ---: | ---: | ---: |");
        foreach (var count in new[] { 1, HeldMeasurement.Many })
        {
            text.AppendLine($"| {Number(count)} | {Number(results[Held("rate", count)])} | {Milliseconds(results[Held("median", count)])} "
                + $"| {Milliseconds(results[Held("p99", count)])} | {Kilobytes(results[Held("memory", count)])} |");
        }
    }

    public static string Connections(int count) => count == 1 ? "1 connection" : $"{Number(count)} connections";

    public static string Number(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    public static string Milliseconds(double? value) =>
        value is null ? "" : value.Value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture) + " ms";

    public static string Megabytes(double? value) =>
        value is null ? "" : value.Value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture) + " MB";

    public static string Kilobytes(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) is { } text ? text + " KB" : "";

    public static string Share(double value) => (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Name(TargetKind kind) => kind switch
    {
        TargetKind.Listener => "nexrender-listener",
        TargetKind.Gate => "nexrender-listener, behind its gate",
        TargetKind.Before => "nexrender-listener, the version before",
        TargetKind.Original => "@nexrender/server",
        TargetKind.Echo => "bare HttpListener",
        _ => "Redis",
    };

    private static string Name(Cell cell) => cell switch
    {
        { Kind: TargetKind.Redis } => "SET, appendfsync always",
        { Kind: TargetKind.Echo, Operation: Operation.Put } => "PUT, echoed",
        { Operation: Operation.Put } => "PUT of progress",
        { Operation: Operation.Get } => "GET of one job",
        { Operation: Operation.Pickup } => "empty pickup",
        { Operation: Operation.Page } => "GET of 50 queued jobs",
        { Operation: Operation.Minimal } => "GET of the newest 50 finished jobs, minimal",
        { Operation: Operation.Unchanged } => "GET of all jobs, unchanged (304)",
        _ => "POST of a job",
    };

    private static string Machine()
    {
        string[] known = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        var processor = known.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1];
        return $"{Environment.ProcessorCount} cores,{processor ?? $" {RuntimeInformation.ProcessArchitecture}"}, "
            + RuntimeInformation.OSDescription;
    }
}
