using System.Runtime.InteropServices;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Tests.Support;

/// <summary>The executable under test and its command line.</summary>
internal static class Executable
{
    /// <summary>The published executable to test; <c>null</c> for the one that was just built.</summary>
    public static string? Published { get; } = FromRoot(Environment.GetEnvironmentVariable("NEXRENDER_TEST_EXECUTABLE"));

    /// <summary>True to test the server without its gate (NEXRENDER_TEST_DIRECT=1).</summary>
    public static bool IsDirect { get; } = Environment.GetEnvironmentVariable("NEXRENDER_TEST_DIRECT") == "1";

    /// <summary>The command that starts the program: the executable, or <c>dotnet</c> and the built assembly.</summary>
    public static string[] Command => Published is null ? [Dotnet(), Built()] : [Published];

    /// <summary>The command that starts the test executable, for the programs inside it.</summary>
    public static string[] Tests => [Dotnet(), Path.Combine(AppContext.BaseDirectory, "NexRender.Listener.Tests.dll")];

    /// <summary>Returns options as a command line.</summary>
    public static IEnumerable<string> Arguments(ListenerOptions options)
    {
        yield return $"--port={options.Port}";
        if (options.Host is not null) yield return $"--host={options.Host}";
        if (options.Direct) yield return "--direct";
        if (!string.IsNullOrEmpty(options.Secret)) yield return $"--secret={options.Secret}";
        if (options.OpenMetrics) yield return "--open-metrics";
        if (!string.IsNullOrEmpty(options.ReadSecret)) yield return $"--read-secret={options.ReadSecret}";
        if (!string.IsNullOrEmpty(options.SubmitSecret)) yield return $"--submit-secret={options.SubmitSecret}";
        if (options.Database is not null) yield return $"--database={options.Database}";
        if (options.Store is not null) yield return $"--store={options.Store}";
        yield return $"--ordering={Name(options.Ordering)}";
        yield return $"--pickup-wait={options.PickupWait.TotalMilliseconds}ms";
        if (options.ExclusiveNames) yield return "--exclusive-names";
        if (options.Recover) yield return "--recover";
        yield return $"--picked-timeout={options.PickedTimeout.TotalMilliseconds}ms";
        yield return $"--lease={options.Lease.TotalMilliseconds}ms";
        yield return $"--max-attempts={options.MaxAttempts}";
        yield return $"--retry-delay={options.RetryDelay.TotalMilliseconds}ms";
        yield return $"--keep-finished={options.KeepFinished.TotalMilliseconds}ms";
        yield return $"--keep-errors={options.KeepErrors.TotalMilliseconds}ms";
        yield return $"--keep-jobs={options.KeepJobs}";
        foreach (var url in options.Webhooks) yield return $"--webhook={url}";
        yield return $"--webhook-states={string.Join(',', options.WebhookStates)}";
        foreach (var prefix in options.AllowJobWebhooks) yield return $"--allow-job-webhooks={prefix}";
        if (options.Hook is not null) yield return $"--hook={options.Hook}";
        if (options.Verbosity == Verbosity.Quiet) yield return "--quiet";
        if (options.Verbosity == Verbosity.Verbose) yield return "--verbose";
        if (options.LogFormat == LogFormat.Json) yield return "--log-format=json";
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

    // The runtime is in shared/Microsoft.NETCore.App/<version> below the folder of its "dotnet".
    public static string Dotnet() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    // A relative path starts at the root of the repository, whatever the working folder.
    private static string? FromRoot(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, Repository.Root);
}
