using System.Runtime.InteropServices;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Redis.Moving;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener;

/// <summary>The executable. Exit codes: 0 success, 1 failure, 2 usage error.</summary>
internal static class Program
{
    // Every part of a stop has its own timeout. This one is for what none of them covers, a disk that does not respond.
    private static readonly TimeSpan StopMargin = TimeSpan.FromMilliseconds(300);

    private static bool IsListening { get; set; }

    public static async Task<int> Main(string[] args)
    {
        try
        {
            var command = CommandLine.Parse(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, out var exitCode);
            if (command is null) return exitCode;
            if (command.IsCleanup) return Run(() => Erase(command.Options), "--database");
            if (command.Import is not null) return Run(() => Mover(command).Import(command.Import), "--import");
            if (command.Export is not null) return Run(() => Mover(command).Export(command.Export), "--export");
            return await RunAsync(command.Options with { Notices = command.Notices });
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync($"nexrender-listener: {StartupErrors.DescribeForCommandLine(e).ReplaceLineEndings(" ")}");
            return 1;
        }
        catch (Exception e) when (!IsListening)
        {
            // Not foreseen; still one line, because the person who starts the server has no use for a stack trace.
            var reason = $"{e.GetType().Name}: {e.Message}".ReplaceLineEndings(" ");
            await Console.Error.WriteLineAsync($"nexrender-listener: cannot start: {reason}");
            return 1;
        }
    }

    private static async Task<int> RunAsync(ListenerOptions options)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource();
        var timeout = options.StopTimeout + StopMargin;
        // On Windows these are logoff, shutdown and the closing of the console: the process ends when the handler returns.
        void WaitOnWindows()
        {
            if (OperatingSystem.IsWindows()) stopped.Task.Wait(timeout);
        }

        using var interrupt = OnSignal(PosixSignal.SIGINT, stop, () => { });
        using var quit = OnSignal(PosixSignal.SIGQUIT, stop, () => { });
        using var terminate = OnSignal(PosixSignal.SIGTERM, stop, WaitOnWindows);
        using var hangUp = OnSignal(PosixSignal.SIGHUP, stop, WaitOnWindows);
        OpenFileLimit.Raise();
        HostNames.UseStaticResolver();
        if (options.UsesGate) PollingThreads.UseForGate();
        else ListenerFactory.IgnoreStartupRace();
        // Redis and the leader may be reached by name.
        var knowsHostsOnly = options.UsesGate && !PublicSockets.IsName(options.Host) && options.Store is null;
        if (knowsHostsOnly) HostNames.UseHostsFileOnly();
        var server = NexRenderServer.Listen(options: options);
        if (knowsHostsOnly && HookRules.Settings(options).IsAny) HostNames.UseNameServers();
        IsListening = true;
        await stop.Task;
        var stopping = server.StopForExitAsync();
        var isStopped = await Task.WhenAny(stopping, Task.Delay(timeout)) == stopping;
        stopped.SetResult();
        // Without its final checkpoint the database is complete all the same: the next start replays the journal.
        return isStopped || server.IsDurable ? 0 : 1;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stop, Action wait) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // The second signal ends the process at once.
            context.Cancel = stop.TrySetResult();
            wait();
        });

    // Prints the line that says what was done.
    private static int Run(Func<string> command, string file)
    {
        try
        {
            Console.WriteLine(command());
            return 0;
        }
        catch (Exception e) when (StartupErrors.IsReason(e))
        {
            throw new StartupException(StartupErrors.DescribeForCommand(e, file));
        }
    }

    private static string Erase(ListenerOptions options)
    {
        var erased = DatabaseEraser.Erase(options.DatabasePath(), options.Storage.Disk);
        return $"erased {erased} {(erased == 1 ? "job" : "jobs")} of {Path.GetFullPath(options.DatabasePath())}";
    }

    private static RedisMover Mover(CommandLine command)
    {
        // Redis may be reached by name.
        HostNames.UseStaticResolver();
        var log = new StorageLog(Console.Error.WriteLine, Console.Error.WriteLine);
        return new RedisMover(StoreRules.Settings(command.Options)!, command.Options.Storage.Disk, log);
    }
}
