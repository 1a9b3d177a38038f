using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The table of starts, and of memory before and after jobs were added.</summary>
internal static class StartTable
{
    public static void Write(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        foreach (var kind in new[] { TargetKind.Listener, TargetKind.Gate, TargetKind.Before, TargetKind.Original })
        {
            foreach (var size in options.Sizes.Concat(options.StartSizes).Distinct().Order())
                AddRows(rows, results, new Cell(kind, Operation.Start, size));
        }
        if (rows.Length == 0) return;
        text.AppendLine().AppendLine("## Start, memory and the list of all jobs").AppendLine();
        text.AppendLine("Memory is what is resident: after the start (at rest, four seconds later, where starts were measured), after the "
            + "load of GETs, PUTs and empty pickups, and after that of POSTs, with the number of jobs that there were then.").AppendLine();
        text.AppendLine("| server | jobs | start to first response | after start | after GETs and PUTs | after POSTs | jobs then "
            + "| GET of all jobs |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |").Append(rows);
    }

    private static void AddRows(StringBuilder rows, Results results, Cell cell)
    {
        Cell Of(string what) => cell with { What = what };
        var isOriginal = cell.Kind == TargetKind.Original;
        var time = Of(isOriginal && cell.Jobs > 0 ? StartMeasurement.TimeOfOriginal : StartMeasurement.Time);
        string[] values =
        [
            Format.Spread(results, time, Format.Milliseconds),
            Format.Megabytes(results[Of(StartMeasurement.AtRest)] ?? results[Of("started")]),
            Format.Megabytes(results[Of("read")]), Format.Megabytes(results[Of("posted")]), Format.Number(results[Of("jobs")]),
            Format.Milliseconds(results[cell with { Operation = Operation.List }]),
        ];
        var name = Format.Name(cell.Kind);
        if (values.Any(value => value.Length > 0))
            rows.AppendLine($"| {name} | {Format.Number(cell.Jobs)} | {string.Join(" | ", values)} |");
        if (isOriginal) return;
        AddStart($"{name}, a file of the original's", StartMeasurement.TimeOfOriginal);
        var journal = Format.Megabytes(results[Of(StartMeasurement.JournalSize)]);
        AddStart($"{name}, after kill -9 with a journal of {journal}", StartMeasurement.TimeOfJournal);

        void AddStart(string what, string figure)
        {
            var start = Format.Spread(results, Of(figure), Format.Milliseconds);
            if (start.Length > 0) rows.AppendLine($"| {what} | {Format.Number(cell.Jobs)} | {start} | | | | | |");
        }
    }
}
