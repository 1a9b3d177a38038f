using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The table of servers with their jobs in Redis.</summary>
internal static class RedisTable
{
    public static void Write(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new StringBuilder();
        foreach (var operation in RedisMeasurement.Operations)
        {
            foreach (var kind in new[] { TargetKind.ListenerOnRedis, TargetKind.OriginalOnRedis })
            {
                foreach (var size in options.RedisSizes)
                    ThroughputTable.AddRow(rows, RedisMeasurement.Connections, results, new Cell(kind, operation, size));
            }
        }
        if (rows.Length == 0) return;
        ThroughputTable.AddRow(rows, RedisMeasurement.Connections, results, new Cell(TargetKind.Redis, Operation.Put));
        text.AppendLine().AppendLine("## Redis as the store").AppendLine();
        text.AppendLine("Requests per second (p99 latency), without the gate, Redis with `appendonly yes` and `appendfsync always` on the "
            + "same machine:").AppendLine();
        text.AppendLine($"| request | server | jobs | {string.Join(" | ", RedisMeasurement.Connections.Select(Format.Connections))} |");
        text.AppendLine("| --- | --- | ---: | ---: | ---: |").Append(rows);
        Times(text, options, results);
    }

    private static void Times(StringBuilder text, BenchOptions options, Results results)
    {
        string Time(string what) => Format.Spread(
            results, new Cell(TargetKind.ListenerOnRedis, Operation.Redis, options.RedisStart, What: what), Format.Milliseconds);
        var jobs = Format.Number(options.RedisStart);
        text.AppendLine().AppendLine($"| with {jobs} jobs in Redis | until the first GET of a job is answered |");
        text.AppendLine("| --- | ---: |");
        text.AppendLine($"| the first start, with jobs of the original | {Time(RedisMeasurement.FirstTime)} |");
        text.AppendLine($"| start | {Time(RedisMeasurement.Time)} |");
        text.AppendLine($"| takeover after kill -9 of the leader, `--lead-timeout 1s` | {Time(RedisMeasurement.Takeover)} |");
    }
}
