using System.Runtime.InteropServices;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Tests.Support;

/// <summary>The program under test, and how it is told what it should do.</summary>
internal static class Executable
{
    /// <summary>The published executable that the tests shall judge; <c>null</c> where it is the one just built.</summary>
    public static string? Published { get; } = FromRoot(Environment.GetEnvironmentVariable("NEXRENDER_TEST_EXECUTABLE"));

    /// <summary>True if the tests shall judge the server without its gate, with NEXRENDER_TEST_DIRECT=1.</summary>
    public static bool IsDirect { get; } = Environment.GetEnvironmentVariable("NEXRENDER_TEST_DIRECT") == "1";

    /// <summary>The words that start the program: the executable, or <c>dotnet</c> and the built assembly.</summary>
    public static string[] Command => Published is null ? [Dotnet(), Built()] : [Published];

    /// <summary>The words that start the tests themselves as a program, for what is hidden in there.</summary>
    public static string[] Tests => [Dotnet(), Path.Combine(AppContext.BaseDirectory, "NexRender.Listener.Tests.dll")];

    /// <summary>The options as a command line.</summary>
    public static IEnumerable<string> Arguments(ListenerOptions options)
    {
        yield return $"--port={options.Port}";
        if (options.Host is not null) yield return $"--host={options.Host}";
        if (options.Direct) yield return "--direct";
        if (!string.IsNullOrEmpty(options.Secret)) yield return $"--secret={options.Secret}";
        if (options.Database is not null) yield return $"--database={options.Database}";
        yield return $"--ordering={Name(options.Ordering)}";
        if (options.Recover) yield return "--recover";
        yield return $"--picked-timeout={options.PickedTimeout.TotalMilliseconds}ms";
        yield return $"--lease={options.Lease.TotalMilliseconds}ms";
        yield return $"--max-attempts={options.MaxAttempts}";
        yield return $"--retry-delay={options.RetryDelay.TotalMilliseconds}ms";
        if (options.Verbosity == Verbosity.Quiet) yield return "--quiet";
        if (options.Verbosity == Verbosity.Verbose) yield return "--verbose";
    }

    public static string Name(JobOrdering ordering) => ordering switch
    {
        JobOrdering.OldestFirst => "oldest-first",
        JobOrdering.NewestFirst => "newest-first",
        JobOrdering.Random => "random",
        JobOrdering.Priority => "priority",
        _ => throw new ArgumentOutOfRangeException(nameof(ordering)),
    };

    private static string Built() => Path.Combine(AppContext.BaseDirectory, "NexRender.Listener.dll");

    // The runtime sits in shared/Microsoft.NETCore.App/<version> below the folder of its own "dotnet".
    public static string Dotnet() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    // Wherever the tests run, what is named is named from the folder of the repository.
    private static string? FromRoot(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, Repository.Root);
}
