using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>
/// The server with a fault in its disk, as a program behind a hidden verb. It proves that the tests that find no fault in the real server
/// would find one.
/// </summary>
internal static class FaultyServer
{
    public const string Verb = "faulty-server";

    /// <summary>Nothing is ever synced.</summary>
    public const string Unsynced = "unsynced";

    /// <summary>Changes are acknowledged before they are written.</summary>
    public const string Late = "late";

    /// <summary>The command line that starts it.</summary>
    public static string[] Program(string fault) => [.. Executable.Tests, Verb, fault];

    public static async Task<int> Run(string fault, string[] arguments)
    {
        var command = CommandLine.Parse(arguments, _ => null, Console.Out, Console.Error, out var exitCode);
        if (command is null) return exitCode;
        Disk disk = fault == Late ? new LateDisk() : new QuickDisk();
        var options = command.Options with { Storage = new StorageOptions { Disk = disk } };
        await NexRenderServer.Listen(options.Port, options.Secret, options);
        return 0;
    }
}
