using System.Text.Json;

namespace NexRender.Listener.Tests.Workers;

/// <summary>A job that has ended, as the server lists it.</summary>
internal sealed class RenderedJob
{
    // The server remembers the last ten.
    private readonly List<JsonElement> _former;
    private readonly string _startedAt;

    /// <param name="job">The job.</param>
    public RenderedJob(JsonElement job)
    {
        (Uid, State, Text) = (job.GetProperty("uid").GetString()!, job.GetProperty("state").GetString()!, job.GetRawText());
        Executor = job.GetProperty("executor").GetString()!;
        _startedAt = job.GetProperty("startedAt").GetString()!;
        _former = job.TryGetProperty("attempts", out var attempts) ? [.. attempts.EnumerateArray()] : [];
    }

    public string Uid { get; }

    public string State { get; }

    public string Text { get; }

    /// <summary>The worker that has finished it.</summary>
    public string Executor { get; }

    /// <summary>The number of its attempts.</summary>
    public int Attempts => Forgotten + _former.Count + Last;

    // None if a former attempt has finished it after all.
    private int Last => _former.Any(attempt => attempt.TryGetProperty("startedAt", out var at) && at.GetString() == _startedAt) ? 0 : 1;

    private int Forgotten => _former.Count == 0 ? 0 : _former[0].GetProperty("n").GetInt32() - 1;

    /// <summary>Returns the number of attempts that may be those of a worker.</summary>
    public int AttemptsOf(string worker) => Forgotten + _former.Count(attempt => attempt.GetProperty("executor").GetString() == worker)
        + (Executor == worker ? Last : 0);
}
