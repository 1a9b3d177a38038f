using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>The server that removes old jobs every few milliseconds instead of every minute, as a program behind a hidden verb.</summary>
internal static class SweepingServer
{
    public const string Verb = "sweeping-server";

    /// <summary>The command line that starts it.</summary>
    public static string[] Program => [.. Executable.Tests, Verb];

    public static async Task<int> Run(string[] arguments)
    {
        var command = CommandLine.Parse(arguments, _ => null, Console.Out, Console.Error, out var exitCode);
        if (command is null) return exitCode;
        var options = command.Options with { RetentionPeriod = TimeSpan.FromMilliseconds(5), KeepFinished = TimeSpan.FromDays(1) };
        await NexRenderServer.Listen(options.Port, options.Secret, options);
        return 0;
    }
}
