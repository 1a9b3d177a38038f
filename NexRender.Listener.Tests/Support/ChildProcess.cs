using System.Diagnostics;
using System.Runtime.InteropServices;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Support;

/// <summary>A child process whose outputs are read in the background; killed when disposed.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly LineReader _output;
    private readonly LineReader _errors;

    private ChildProcess(Process process)
    {
        _process = process;
        _output = new LineReader(process.StandardOutput);
        _errors = new LineReader(process.StandardError);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The lines of standard output.</summary>
    public LineReader Output => _output;

    public LineReader Errors => _errors;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">The complete environment of the process; nothing is inherited.</param>
    /// <param name="folder">Its working folder; <c>null</c> for the current one.</param>
    public static ChildProcess Launch(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string? folder = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Returns a copy of the environment of the tests.</summary>
    public static Dictionary<string, string> Inherited() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    /// <summary>Waits for the end of the process and of its outputs.</summary>
    public async Task<int> WaitForExit(TimeSpan? deadline = null)
    {
        using var timer = new CancellationTokenSource(deadline ?? Eventually.Deadline);
        try
        {
            await _process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end. It had said: {Output.Text}{Errors.Text}");
        }

        await Task.WhenAll(_output.End, _errors.End).WaitAsync(Eventually.Deadline);
        return _process.ExitCode;
    }

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends a signal by its number, such as 15.</summary>
    public void Signal(int signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows has no signals.");
        Assert.AreEqual(0, SendSignal(Id, signal), $"Signal {signal} could not be sent to process {Id}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Kill();
        _output.Resume();
        _errors.Resume();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
