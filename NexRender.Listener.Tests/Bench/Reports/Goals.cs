using System.Text;
using NexRender.Listener.Tests.Bench.Measurements;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The table of goals of the project beside the figures of this run.</summary>
internal static class Goals
{
    public static void Write(StringBuilder text, BenchOptions options, Results results)
    {
        var goals = new GoalList();
        ThroughputGoals.Add(goals, options, results);
        ServerGoals.Add(goals, options, results);
        if (!goals.Any()) return;
        text.AppendLine().AppendLine("## Goals").AppendLine();
        text.AppendLine(options.Quick ? "Beside the rough figures of a quick run:"
            : $"{goals.Count(goal => goal.IsMet)} of {goals.Count()} are met. The reasons of the others were found by measuring.");
        text.AppendLine().AppendLine("| figure | goal | measured | missed, and why |").AppendLine("| --- | ---: | ---: | --- |");
        foreach (var goal in goals)
        {
            var missed = goal.IsMet ? "" : options.Quick ? "missed" : $"missed: {goal.Reason}";
            text.AppendLine($"| {goal.What} | {goal.Limit} | {goal.Measured} | {missed} |");
        }
    }
}
