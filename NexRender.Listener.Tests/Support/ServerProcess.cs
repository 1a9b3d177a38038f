using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Support;

/// <summary>The executable as a process, with only the environment that the test gives it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string StartLine = " listens on ";

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public LineReader Output => _process.Output;

    public LineReader Errors => _process.Errors;

    /// <summary>Starts the program without waiting.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Its environment besides a PATH; nothing is inherited, not even HOME.</param>
    /// <param name="prefix">A command that replaces itself by another, such as <c>setpriv</c>: the process id must stay.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="program">The command that starts it; <c>null</c> for the program under test.</param>
    public static ServerProcess Launch(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        IEnumerable<string>? prefix = null,
        string? folder = null,
        IEnumerable<string>? program = null)
    {
        string[] given = [.. arguments];
        // Not where the program does something else than serve, nor twice.
        var isDirect = Executable.IsDirect && given.Any(argument => argument.StartsWith("--port=", StringComparison.Ordinal))
            && !given.Contains("--direct");
        string[] command =
            [.. prefix ?? [], .. program ?? Executable.Command, .. given, .. isDirect ? ["--direct"] : Array.Empty<string>()];
        return new ServerProcess(ChildProcess.Launch(command, Environment(environment), folder));
    }

    /// <summary>Starts the program and waits until it listens; if it exits, its output is the failure.</summary>
    public static async Task<ServerProcess> Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        IEnumerable<string>? prefix = null,
        string? folder = null,
        IEnumerable<string>? program = null)
    {
        var server = Launch(arguments, environment, prefix, folder, program);
        try
        {
            await server.Started();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program to its end, and returns its exit code and its output.</summary>
    public static async Task<ProcessResult> Run(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? prefix = null)
    {
        await using var server = Launch(arguments, environment, prefix);
        return new ProcessResult(await server.WaitForExit(), server.Output.Text, server.Errors.Text);
    }

    /// <summary>The line that reports that the server listens.</summary>
    public async Task<string> Started()
    {
        var line = Output.Line(StartLine);
        try
        {
            return await line;
        }
        catch (AssertFailedException) when (Output.End.IsCompleted)
        {
            var code = await WaitForExit();
            throw new AssertFailedException($"The server ended with exit code {code}: {Errors.Text}{Output.Text}");
        }
    }

    public Task<int> WaitForExit(TimeSpan? deadline = null) => _process.WaitForExit(deadline);

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public Task<int> Terminate()
    {
        Signal(15);
        return WaitForExit();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Dictionary<string, string> Environment(IReadOnlyDictionary<string, string>? wanted)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "",
            // A killed runtime would leave its debugging sockets behind in the temporary folder.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        if (System.Environment.GetEnvironmentVariable("SystemRoot") is { } root) environment["SystemRoot"] = root;
        foreach (var (name, value) in wanted ?? new Dictionary<string, string>()) environment[name] = value;
        return environment;
    }
}
