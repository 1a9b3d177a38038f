using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>
/// Command lines of strace that inject faults into a server at chosen system calls, which are counted per thread and kind of call.
/// The server keeps the process id, because strace runs as its grandchild (-D).
/// </summary>
internal static class Strace
{
    // The C library decides which of several equivalent calls is made.
    private static readonly Dictionary<string, string> Calls = new()
    {
        ["open"] = "?open,?openat",
        ["write"] = "?pwrite64,?write",
        ["sync"] = "?fdatasync,?fsync",
        ["cut"] = "?ftruncate",
        ["rename"] = "?rename,?renameat,?renameat2",
        ["delete"] = "?unlink,?unlinkat",
    };

    public static Task Require() => Tool.Require("strace", "strace");

    /// <summary>Returns the files of a database by their suffixes; a slash stands for the folder.</summary>
    public static string[] Paths(TempFolder folder, string[] endings) =>
        [.. endings.Select(ending => ending == "/" ? folder.Path : folder.File("database.js" + ending))];

    /// <summary>Kills the server when it begins the n-th call on one of the files.</summary>
    public static string[] Kill(string call, int n, params string[] paths) =>
        Prefix(Calls[call], $"signal=SIGKILL:when={n}", paths);

    /// <summary>Makes calls on the files fail.</summary>
    /// <param name="call">The kind of the call: open, write, sync, cut, rename, delete.</param>
    /// <param name="error">The name of the error, such as EIO.</param>
    /// <param name="when">The number of the call that fails: <c>2</c>, or <c>2+</c> for the second and all later ones.</param>
    /// <param name="paths">The files.</param>
    public static string[] Fail(string call, string error, string when, params string[] paths) =>
        // Filtered in the kernel, which is fast; signals cannot be injected that way.
        [.. Prefix(Calls[call], $"error={error}:when={when}", paths), "--seccomp-bpf"];

    /// <summary>Logs the calls.</summary>
    public static string[] Log(string calls, string file) =>
        ["strace", "-D", "-f", "--seccomp-bpf", "-y", "-o", file, "-e", $"trace={calls}"];

    private static string[] Prefix(string calls, string fault, string[] paths) =>
    [
        "strace", "-D", "-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:{fault}",
        .. paths.SelectMany(path => new[] { "-P", path }),
    ];
}
