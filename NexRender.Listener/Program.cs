using System.Runtime.InteropServices;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener;

/// <summary>The executable. Exit codes: 0 well, 1 could not run, 2 wrong usage.</summary>
internal static class Program
{
    // A stop takes less than five seconds, whatever the disk does: what was acknowledged is in the journal.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(4.8);

    public static async Task<int> Main(string[] args)
    {
        try
        {
            var command = CommandLine.Read(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, out var exitCode);
            if (command is null) return exitCode;
            return command.IsCleanup ? Cleanup(command.Options) : await Run(command.Options);
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync($"nexrender-listener: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static async Task<int> Run(ListenerOptions options)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource();
        using var interrupt = OnSignal(PosixSignal.SIGINT, stop, null);
        // On Windows these are the end of the system and the closing of the console, and the process ends when the handler returns.
        var untilEnded = OperatingSystem.IsWindows() ? ended.Task : null;
        using var terminate = OnSignal(PosixSignal.SIGTERM, stop, untilEnded);
        using var hangUp = OnSignal(PosixSignal.SIGHUP, stop, untilEnded);
        OpenFileLimit.Raise();
        HostNames.UseWhatIsLinked();
        ListenerFactory.SurviveEarlyClients();
        var server = NexRenderServer.Listen(options.Port, options.Secret, options);
        await stop.Task;
        var stopping = server.StopForExit();
        var isDone = await Task.WhenAny(stopping, Task.Delay(LongestStop)) == stopping;
        ended.SetResult();
        return isDone ? 0 : 1;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stop, Task? untilEnded) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            // Asked a second time, the process ends at once.
            context.Cancel = stop.TrySetResult();
            untilEnded?.Wait(LongestStop);
        });

    private static int Cleanup(ListenerOptions options)
    {
        var erased = DatabaseEraser.Erase(options.DatabasePath(), options.Storage.Disk);
        Console.WriteLine($"erased {erased} {(erased == 1 ? "job" : "jobs")} of {Path.GetFullPath(options.DatabasePath())}");
        return 0;
    }
}
