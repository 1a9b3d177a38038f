using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>
/// Command lines of strace that do something to a server at chosen system calls. The counts are those of each thread and of each call for
/// itself. The server keeps the process number, since strace is told to step aside (-D).
/// </summary>
internal static class Strace
{
    // Which of several calls of the same meaning is made depends on the C library.
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

    /// <summary>The files of a database by their endings; a slash stands for the folder.</summary>
    public static string[] Paths(TempFolder folder, string[] endings) =>
        [.. endings.Select(ending => ending == "/" ? folder.Path : folder.File("database.js" + ending))];

    /// <summary>Kills the server as it begins the n-th call on one of the files.</summary>
    public static string[] Kill(string call, int n, params string[] paths) =>
        Prefix(Calls[call], $"signal=SIGKILL:when={n}", paths);

    /// <summary>Makes calls on the files fail.</summary>
    /// <param name="call">A word for the call: open, write, sync, cut, rename, delete.</param>
    /// <param name="error">The name of the error, such as EIO.</param>
    /// <param name="when">Which of them: <c>2</c>, or <c>2+</c> for that and all after it.</param>
    /// <param name="paths">The files.</param>
    public static string[] Fail(string call, string error, string when, params string[] paths) =>
        // Filtered in the kernel, which costs next to nothing; signals cannot be had that way.
        [.. Prefix(Calls[call], $"error={error}:when={when}", paths), "--seccomp-bpf"];

    /// <summary>Writes down the calls.</summary>
    public static string[] Log(string calls, string file) => ["strace", "-D", "-f", "--seccomp-bpf", "-y", "-o", file, "-e", $"trace={calls}"];

    private static string[] Prefix(string calls, string fault, string[] paths) =>
        ["strace", "-D", "-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:{fault}", .. paths.SelectMany(path => new[] { "-P", path })];
}
