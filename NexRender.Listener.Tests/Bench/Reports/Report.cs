using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>Writes the page of results, as Markdown.</summary>
internal static class Report
{
    private const string Introduction =
        """
        # Results of the benchmark

        Written by `./build.sh bench`; [README.md](README.md) says how it is measured.
        """;

    private const string QuickNote =
        "**A quick run**: one short round with few jobs, to see that everything works. Its figures are rough.";

    /// <summary>Writes the page, and saves it in the file of the options.</summary>
    public static void Write(TextWriter output, BenchOptions options, Results results, TimeSpan took)
    {
        var page = $"{Introduction}\n\n{Page(options, results, took)}".ReplaceLineEndings("\n");
        output.Write(page);
        var file = options.Results ?? (options.IsComplete && results.Problems.Count == 0 ? options.Page : null);
        if (file is null) return;
        File.WriteAllText(file, page);
        Console.Error.WriteLine($"{file} was written.");
    }

    private static string Page(BenchOptions options, Results results, TimeSpan took)
    {
        var text = new StringBuilder();
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var seconds = options.Seconds.ToString(CultureInfo.InvariantCulture);
        var rounds = options.Rounds == 1 ? "1 round" : $"medians of {options.Rounds} rounds";
        if (options.Quick) text.AppendLine(QuickNote).AppendLine();
        var minutes = took.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture);
        text.AppendLine($"Measured on {date}: {Machine()}; {rounds} of {seconds} s. The run took {minutes} minutes.");
        if (options.Rounds > 1) text.AppendLine("±4 %: the rounds differ by so much to either side.");
        foreach (var problem in results.Problems) text.AppendLine().AppendLine($"**Not measured**: {problem}");
        ThroughputTable.Write(text, options, results);
        StartTable.Write(text, options, results);
        WaitingTable.Write(text, options, results);
        RedisTable.Write(text, options, results);
        Goals.Write(text, options, results);
        return text.ToString();
    }

    private static string Machine()
    {
        string[] known = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        var processor = known.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1];
        return $"{Environment.ProcessorCount} cores,{processor ?? $" {RuntimeInformation.ProcessArchitecture}"}, "
            + RuntimeInformation.OSDescription;
    }
}
