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

    /// <summary>True if the server knows from which address the job was picked up: a restart forgets it.</summary>
    public bool IsAddressKnown { get; set; }

    /// <summary>The token of the attempt.</summary>
    public string? StartedAt { get; set; }

    public int Progress { get; set; }

    public List<string> Errors { get; } = [];

    public List<ModelAttempt> Attempts { get; } = [];

    /// <summary>The time at which the server itself tries again; <c>null</c> if it does not.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>The deadline of the worker.</summary>
    public DateTimeOffset? Deadline { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string? FailedBy { get; private set; }

    /// <summary>The time at which the exclusion of the worker that failed the job began; <c>null</c> if it has not.</summary>
    public DateTimeOffset? ExcludedSince { get; set; }

    /// <summary>The number of the attempt that the job is in, or comes to next.</summary>
    public int Attempt => Attempts.Count == 0 ? 1 : Attempts[^1].Number + (Attempts[^1].IsInterrupted ? 0 : 1);

    /// <summary>The same number, since the full number of attempts was granted.</summary>
    public int Try => Attempts.Count == 0 || Attempts[^1].IsFinal ? 1 : Attempts[^1].Try + (Attempts[^1].IsInterrupted ? 0 : 1);

    public bool IsRunning => State is "started" or "render:dorender";

    public bool IsDone => State is "finished" or "error";

    /// <summary>Records a change, which renews the deadline.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Deadline = State == "picked" ? now + Picked : IsRunning ? now + Lease : null;
        if (State is not ("queued" or "paused")) ExcludedSince = null;
        if (State == "queued") ExcludedSince ??= RetryAt ?? now;
    }

    /// <summary>Closes the attempt and puts the job back into the queue.</summary>
    public void Requeue(DateTimeOffset now, string? message = null, string? outcome = null, DateTimeOffset? retryAt = null)
    {
        outcome ??= IsCancelled ? "cancelled" : State;
        if (message is not null) Errors.Add(message);
        Attempts.Add(new ModelAttempt(Attempt, Try, Executor, StartedAt, outcome, string.Join('+', Errors), retryAt is not null));
        if (Attempts.Count > 10) Attempts.RemoveAt(0);
        (FailedBy, RetryAt, ExcludedSince) = (outcome == "error" ? Executor : null, retryAt, null);
        (State, IsCancelled, Executor, StartedAt, Progress) = ("queued", false, null, null, 0);
        Errors.Clear();
        Touch(now);
    }

    public void End(string state, DateTimeOffset now, bool isTriedAgain = true)
    {
        State = state;
        Touch(now);
        if (state != "error" || !isTriedAgain || Try >= MaxAttempts) return;
        Requeue(now, retryAt: now + RetryDelay * Math.Pow(2, Try - 1));
    }

    /// <summary>Ends the job by an attempt that was over.</summary>
    public void EndLate(ModelAttempt attempt, int percent, DateTimeOffset now)
    {
        if (State == "picked" || IsRunning) Requeue(now, "an earlier attempt finished first");
        (State, Executor, StartedAt, Progress) = ("finished", attempt.Executor, attempt.Token, percent);
        Touch(now);
    }

    /// <summary>Requeues the job if its deadline has passed.</summary>
    public void ExpireAt(DateTimeOffset now)
    {
        if (Deadline is null || Deadline > now) return;
        if (State == "picked")
        {
            Requeue(now, "the worker did not begin within 120 s");
        }
        else if (Try < MaxAttempts)
        {
            Requeue(now, "no report from the worker for 60 s (lease expired)");
        }
        else
        {
            Errors.Add("no report from the worker for 60 s (lease expired)");
            End("error", now, isTriedAgain: false);
        }
    }

    /// <summary>Returns true if a worker may have the job, given whether it is the only one that asked lately.</summary>
    public bool IsFor(string worker, bool isAlone, DateTimeOffset now)
    {
        if (State != "queued" || RetryAt > now) return false;
        return FailedBy != worker || isAlone || ExcludedSince + TimeSpan.FromMinutes(5) <= now;
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
