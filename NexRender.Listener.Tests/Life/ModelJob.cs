using System.Text.Json;
using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Tests.Life;

/// <summary>A job as the rules say it must be, without anything that makes a server fast or durable.</summary>
internal sealed class ModelJob(string uid)
{
    public const int MaxAttempts = 3;

    public static readonly TimeSpan Picked = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    public string Uid => uid;

    public string State { get; set; } = "queued";

    public bool IsCancelled { get; set; }

    /// <summary>The name of the worker that holds the job, or held it when it ended.</summary>
    public string? Executor { get; set; }

    /// <summary>The token of the attempt.</summary>
    public string? StartedAt { get; set; }

    public int Progress { get; set; }

    public List<string> Errors { get; } = [];

    public List<string> Attempts { get; } = [];

    public int Attempt { get; private set; } = 1;

    public DateTimeOffset NotBefore { get; private set; }

    /// <summary>The deadline of the worker.</summary>
    public DateTimeOffset? Deadline { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the attempt ended in an error, if it did.</summary>
    public DateTimeOffset? ErrorAt { get; set; }

    public string? FailedBy { get; private set; }

    public DateTimeOffset FailedAt { get; private set; }

    public bool IsRunning => State is "started" or "render:dorender";

    public bool IsDone => State is "finished" or "error";

    /// <summary>Records a change, which renews the deadline.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Deadline = State == "picked" ? now + Picked : IsRunning ? now + Lease : null;
    }

    public void Requeue(DateTimeOffset now, string? remark = null)
    {
        var state = IsCancelled ? "cancelled" : State;
        if (remark is not null) Errors.Add(remark);
        Attempts.Add($"{Attempt++} {Executor} {StartedAt} {state} {string.Join('+', Errors)}");
        if (Attempts.Count > 10) Attempts.RemoveAt(0);
        (FailedBy, FailedAt) = state == "error" ? (Executor, ErrorAt ?? now) : (null, default);
        (State, IsCancelled, Executor, StartedAt, Progress, ErrorAt) = ("queued", false, null, null, 0, null);
        Errors.Clear();
        Touch(now);
    }

    public void End(string state, DateTimeOffset now, DateTimeOffset? errorAt, bool isTriedAgain = true)
    {
        (State, ErrorAt) = (state, errorAt);
        Touch(now);
        if (state != "error" || !isTriedAgain || Attempt >= MaxAttempts) return;
        var delay = RetryDelay * Math.Pow(2, Attempt - 1);
        Requeue(now);
        NotBefore = now + delay;
    }

    /// <summary>Requeues the job if its deadline has passed.</summary>
    public void ExpireAt(DateTimeOffset now)
    {
        if (Deadline is null || Deadline > now) return;
        if (State == "picked")
        {
            Requeue(now, "the worker did not begin within 120 s");
        }
        else if (Attempt < MaxAttempts)
        {
            Requeue(now, "no report from the worker for 60 s (lease expired)");
        }
        else
        {
            Errors.Add("no report from the worker for 60 s (lease expired)");
            End("error", now, now, isTriedAgain: false);
        }
    }

    /// <summary>Returns true if a worker may have the job, given whether it is the only one that asked lately.</summary>
    public bool IsFor(string worker, bool isAlone, DateTimeOffset now)
    {
        if (State != "queued" || NotBefore > now) return false;
        if (FailedBy != worker || isAlone) return true;
        var since = FailedAt > UpdatedAt ? UpdatedAt : FailedAt;
        return (since > NotBefore ? since : NotBefore) + TimeSpan.FromMinutes(5) <= now;
    }

    /// <summary>Everything that counts, as one line.</summary>
    public string Line() =>
        $"{uid} {State} {IsCancelled} {Executor} {StartedAt} {Progress} {string.Join('+', Errors)} | {string.Join(" | ", Attempts)}";

    /// <summary>The same of a job as the server lists it.</summary>
    public static string Line(JsonElement job)
    {
        var attempts = job.TryGetProperty("attempts", out var given) ? given.EnumerateArray().Select(AttemptLine) : [];
        var progress = job.TryGetProperty("renderProgress", out var percent) ? percent.GetInt32() : 0;
        return $"{Text(job, "uid")} {Text(job, "state")} {job.TryGetProperty("cancelledAt", out _)} {Text(job, "executor")} "
            + $"{Text(job, "startedAt")} {progress} {Texts(job, "error")} | {string.Join(" | ", attempts)}";
    }

    private static string AttemptLine(JsonElement attempt) =>
        $"{Text(attempt, "n")} {Text(attempt, "executor")} {Text(attempt, "startedAt")} {Text(attempt, "state")} "
        + $"{Texts(attempt, "errors")}";

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string? Texts(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? string.Join('+', value.EnumerateArray().Select(text => text.GetString())) : Text(of, name);
}
