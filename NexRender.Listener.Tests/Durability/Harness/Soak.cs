using System.Diagnostics;
using NexRender.Listener.Tests.Durability.Ledgers;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>Kills and power cuts, as many as the command line says: <c>./build.sh soak --kills 1000 --cuts 200 --fs xfs</c>.</summary>
internal static class Soak
{
    public const string Verb = "soak";

    // A ledger grows with its jobs, and every check reads all of them: so each group begins with an empty database.
    private const int KillsPerDatabase = 50, CutsPerDisk = 10;

    /// <summary>Runs the rounds, reports the progress and returns 1 if anything acknowledged was lost.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        var (kills, cuts, fileSystem) = (200, 50, "ext4");
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            if (arguments[i] == "--kills") kills = int.Parse(arguments[i + 1]);
            else if (arguments[i] == "--cuts") cuts = int.Parse(arguments[i + 1]);
            else if (arguments[i] == "--fs") fileSystem = arguments[i + 1];
            else throw new ArgumentException($"unknown option {arguments[i]}; there are --kills N, --cuts N and --fs ext4, xfs or btrfs");
        }
        var isSound = await Repeat("kill", kills, KillsPerDatabase, Kill);
        isSound &= await Repeat($"power cut on {fileSystem}", cuts, CutsPerDisk, count => Cut(count, fileSystem));
        return isSound ? 0 : 1;
    }

    private static async Task<bool> Repeat(string what, int total, int atOnce, Func<int, Task<(List<string> Wrong, int Changes)>> run)
    {
        var started = Stopwatch.GetTimestamp();
        var (changes, wrongs) = (0, 0);
        for (var done = 0; done < total;)
        {
            var count = Math.Min(atOnce, total - done);
            var (wrong, acknowledged) = await run(count);
            (done, changes, wrongs) = (done + count, changes + acknowledged, wrongs + wrong.Count);
            foreach (var line in wrong) Console.WriteLine($"WRONG: {line}");
            var time = Stopwatch.GetElapsedTime(started);
            Console.WriteLine($"{what}: {done} of {total}, {changes} acknowledged changes, {wrongs} wrong, {time:hh\\:mm\\:ss}");
        }
        return wrongs == 0;
    }

    private static async Task<(List<string> Wrong, int Changes)> Kill(int count)
    {
        var ledger = new Ledger();
        return (await KillRounds.Run(ledger, count), ledger.AcknowledgedChanges);
    }

    private static async Task<(List<string> Wrong, int Changes)> Cut(int count, string fileSystem)
    {
        var ledger = new Ledger();
        return (await PowerCuts.Run(count, fileSystem: fileSystem, ledger: ledger), ledger.AcknowledgedChanges);
    }
}
