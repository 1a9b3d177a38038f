using System.Diagnostics;
using System.Globalization;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>The differential test for as long as the command line says: <c>fuzz --minutes 10 --seed 1</c>.</summary>
internal static class Fuzz
{
    public const string Verb = "fuzz";

    private const int Round = 50_000;

    /// <summary>Runs rounds, reports each, and returns 1 at the first difference.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        var (minutes, seed) = (10.0, Random.Shared.Next());
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            if (arguments[i] == "--minutes") minutes = double.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            else if (arguments[i] == "--seed") seed = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            else throw new ArgumentException($"unknown option {arguments[i]}; there are --minutes N and --seed N");
        }
        var started = Stopwatch.GetTimestamp();
        var (done, understood) = (0L, 0L);
        for (; Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes); seed++)
        {
            using var run = new DifferentialRun();
            await run.Run(seed, Round, TimeSpan.FromMinutes(minutes) - Stopwatch.GetElapsedTime(started));
            (done, understood) = (done + run.Done, understood + run.Understood);
            foreach (var difference in run.Differences) Console.WriteLine($"DIFFERENT: {difference}");
            Console.WriteLine($"seed {seed}: {done} inputs, {understood} requests, {Stopwatch.GetElapsedTime(started):hh\\:mm\\:ss}");
            if (run.Differences.Count > 0) return 1;
        }
        return 0;
    }
}
