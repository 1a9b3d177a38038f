using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The table of requests per second.</summary>
internal static class ThroughputTable
{
    private static readonly Operation[] Operations =
    [
        Operation.Put, Operation.Post, Operation.Get, Operation.Pickup, Operation.Take, Operation.Page, Operation.Minimal,
        Operation.Unchanged,
    ];

    private static readonly TargetKind[] Kinds =
        [TargetKind.Listener, TargetKind.Gate, TargetKind.Before, TargetKind.Original, TargetKind.Echo, TargetKind.Redis];

    public static void Write(StringBuilder text, BenchOptions options, Results results)
    {
        var columns = options.ConnectionsOf(Operation.Put, options.MiddleSize).ToList();
        var rows = new StringBuilder();
        foreach (var operation in Operations)
        {
            foreach (var kind in Kinds)
            {
                foreach (var size in options.Sizes.Prepend(0)) AddRow(rows, columns, results, new Cell(kind, operation, size));
            }
        }
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Throughput").AppendLine();
        text.AppendLine("Requests per second (p99 latency), by number of jobs and of connections:").AppendLine();
        text.AppendLine("| request | server | jobs | " + string.Join(" | ", columns.Select(Format.Connections)) + " |");
        text.AppendLine("| --- | --- | ---: |" + string.Concat(columns.Select(_ => " ---: |"))).Append(rows);
    }

    /// <summary>Adds the row of a server, an operation and a number of jobs, if it was measured.</summary>
    public static void AddRow(StringBuilder rows, IReadOnlyList<int> columns, Results results, Cell cell)
    {
        var row = columns.Select(connections => cell with { Connections = connections }).ToList();
        if (row.All(one => results[one] is null)) return;
        var jobs = cell.Jobs == 0 ? "" : Format.Number(cell.Jobs);
        var figures = string.Join(" | ", row.Select(one => Format.Rate(results, one)));
        rows.AppendLine($"| {Format.Name(cell)} | {Format.Name(cell.Kind)} | {jobs} | {figures} |");
    }
}
