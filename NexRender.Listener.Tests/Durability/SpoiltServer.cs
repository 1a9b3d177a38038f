using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>
/// The server with a fault built into its disk, as a program of its own behind a hidden verb: for showing that the tests which find nothing
/// wrong with the real one would find it.
/// </summary>
internal static class SpoiltServer
{
    public const string Verb = "spoilt-server";

    /// <summary>Nothing is ever flushed to the disk.</summary>
    public const string Unflushed = "unflushed";

    /// <summary>Changes are acknowledged before they are written.</summary>
    public const string Late = "late";

    /// <summary>The words that start it.</summary>
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
