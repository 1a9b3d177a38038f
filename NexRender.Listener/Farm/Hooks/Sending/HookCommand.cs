using System.ComponentModel;
using System.Diagnostics;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>Runs the command of the operator for a delivery, with the system's shell.</summary>
internal sealed class HookCommand(string command, HookLimits limits)
{
    private const int MaxVariable = 8192;
    private const int MaxOutput = 4096;
    private const int MaxLines = 20;

    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Runs the command to its end.</summary>
    /// <exception cref="OperationCanceledException">The server stops; the command was killed.</exception>
    // The pipes of processes block, so that they have threads of their own: requests need those of the pool.
    public Task<SendResult> RunAsync(Delivery delivery, CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(delivery, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private SendResult Run(Delivery delivery, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Process process;
        try
        {
            process = Process.Start(StartInfo(delivery))!;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return SendResult.Refused($"cannot be started: {e.Message.ReplaceLineEndings(" ")}");
        }
        using (process)
        {
            var input = OnThread(() => Write(process, delivery.Body));
            var output = new CommandOutput(MaxOutput);
            var reading = OnThread(() => output.Read(process.StandardOutput.BaseStream));
            bool hasEnded;
            using (stop.Register(() => Kill(process)))
            {
                hasEnded = process.WaitForExit(limits.CommandTimeout);
                if (!hasEnded) Kill(process);
            }
            // A process that the command left behind may hold the pipes.
            _ = Task.WaitAll([input, reading], (int)OutputTimeout.TotalMilliseconds);
            stop.ThrowIfCancellationRequested();
            return Result(process, hasEnded, output.Lines(MaxLines));
        }
    }

    private SendResult Result(Process process, bool hasEnded, IReadOnlyList<string> output)
    {
        if (!hasEnded) return SendResult.Refused($"killed after {limits.CommandTimeout.TotalSeconds:0.#} s", output);
        return process.ExitCode == 0 ? SendResult.Delivered("exit code 0", output)
            : SendResult.Refused($"exit code {process.ExitCode}", output);
    }

    private ProcessStartInfo StartInfo(Delivery delivery)
    {
        var info = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (OperatingSystem.IsWindows())
        {
            info.FileName = "cmd.exe";
            info.Arguments = $"/d /s /c \"({command}) 2>&1\"";
        }
        else
        {
            info.FileName = "/bin/sh";
            info.ArgumentList.Add("-c");
            // One pipe for both, so that the lines of the log are in order.
            info.ArgumentList.Add($"exec 2>&1\n{command}");
        }
        var body = JsonObject.ParseOrEmpty(delivery.Body);
        Set("ID", "id"u8);
        Set("EVENT", "event"u8);
        Set("UID", "uid"u8);
        Set("STATE", "state"u8);
        Set("TIME", "time"u8);
        Set("ATTEMPT", "attempt"u8);
        Set("REASON", "reason"u8);
        Set("OUTPUT", "output"u8);
        Set("BATCH", "batchId"u8);
        return info;

        void Set(string variable, ReadOnlySpan<byte> member)
        {
            // One inherited from the server would be another job's. A system refuses long ones; the input has everything.
            var value = JsonText.GetString(body[member]);
            if (value is null || value.Length > MaxVariable || value.Contains('\0')) info.Environment.Remove($"NEXRENDER_{variable}");
            else info.Environment[$"NEXRENDER_{variable}"] = value;
        }
    }

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Write(Process process, byte[] body)
    {
        try
        {
            using var input = process.StandardInput.BaseStream;
            input.Write(body);
        }
        catch (IOException)
        {
            // A command need not read its input.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or a part of it has.
        }
    }
}
