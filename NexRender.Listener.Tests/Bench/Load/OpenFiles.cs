using System.Globalization;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>The limit of open files of this process, which the servers inherit.</summary>
internal static class OpenFiles
{
    // The gate has three files for a connection.
    private const int PerConnection = 3, Others = 500;

    private static readonly long Limit = Read();

    /// <summary>Returns true if a server and its clients may have so many connections.</summary>
    public static bool Allow(int connections) => connections * PerConnection + Others <= Limit;

    // The runtime raises the soft limit to the hard one, which stands in the last number.
    private static long Read()
    {
        const string name = "Max open files";
        if (!File.Exists("/proc/self/limits")) return long.MaxValue;
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(name, StringComparison.Ordinal));
        var hard = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.TryParse(hard, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
    }
}
