using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Reports;
using NexRender.Listener.Tests.Redis.Fixtures;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The verb <c>bench</c>: measures this server beside others and prints tables. It asserts nothing.</summary>
internal static class BenchCommand
{
    public const string Verb = "bench";

    public static int Run(ReadOnlySpan<string> args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.Out.WriteLine(BenchOptions.Usage);
            return 0;
        }
        BenchOptions options;
        try
        {
            options = BenchOptions.Parse(args);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException)
        {
            Console.Error.WriteLine(problem.Message);
            Console.Error.WriteLine(BenchOptions.Usage);
            return 2;
        }
        if (options.Executable is not null && !File.Exists(options.Executable))
        {
            Console.Error.WriteLine($"{options.Executable} does not exist; run ./build.sh publish first, or use --executable");
            return 1;
        }
        return Run(options);
    }

    /// <summary>Returns true for what a server that fails, or a machine that lacks something, may cause.</summary>
    public static bool IsExpected(Exception problem) => problem is InvalidOperationException or SocketException or IOException
        or TimeoutException or HttpRequestException or RedisException;

    private static int Run(BenchOptions options)
    {
        LoadGenerator.UseOneThread();
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var folder = Path.Combine(Path.GetFullPath(options.Folder), "nexrender-bench-" + Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        var results = new Results();
        var began = Stopwatch.GetTimestamp();
        try
        {
            using (var benchmark = new Benchmark(options, folder, results, stop.Token))
                benchmark.Run();
            Report.Write(Console.Out, options, results, Stopwatch.GetElapsedTime(began));
            return results.Problems.Count == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted.");
            return 130;
        }
        catch (Exception problem) when (IsExpected(problem))
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
