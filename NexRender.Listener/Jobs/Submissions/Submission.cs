using System.Globalization;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Submissions;

/// <summary>Jobs that are submitted together, checked as far as that does not need the stored jobs.</summary>
internal sealed class Submission
{
    /// <summary>The largest number of jobs.</summary>
    public const int MaxJobs = 10_000;

    private readonly Dictionary<string, NewJob> _byUid = new(StringComparer.Ordinal);

    private Submission(List<NewJob> jobs) => Jobs = jobs;

    /// <summary>The jobs in the order in which they were sent.</summary>
    public IReadOnlyList<NewJob> Jobs { get; }

    /// <summary>The first job that is not accepted; <c>null</c> if all are.</summary>
    public NewJob? FirstRefused => Jobs.FirstOrDefault(job => !job.IsAccepted);

    /// <summary>Reads and checks jobs.</summary>
    /// <param name="bodies">What was sent for each job; <c>null</c> for what is not an object.</param>
    /// <param name="creator">The name or address of the creator.</param>
    /// <param name="batch">The members that make the jobs a batch; <c>null</c> for none.</param>
    /// <param name="now">The time of creation.</param>
    public static Submission Read(IEnumerable<JsonObject?> bodies, string creator, JsonObject? batch, DateTimeOffset now)
    {
        var jobs = new List<NewJob>();
        foreach (var body in bodies)
        {
            var members = body is null ? null : JobTemplate.Create(body, creator, now);
            if (batch is not null) members?.Overlay(batch);
            jobs.Add(new NewJob(jobs.Count, members));
        }
        var submission = new Submission(jobs);
        foreach (var job in jobs.Where(job => job.IsAccepted)) submission.Register(job);
        foreach (var job in jobs.Where(job => job.IsAccepted)) submission.ResolveDependencies(job);
        submission.RefuseCycles();
        return submission;
    }

    /// <summary>Returns the job with a uid; <c>null</c> if there is none in the submission.</summary>
    public NewJob? Find(string uid) => _byUid.GetValueOrDefault(uid);

    /// <summary>Refuses the jobs that depend on one that is not accepted, until none does.</summary>
    public void RefuseDependents()
    {
        bool isComplete;
        do
        {
            isComplete = true;
            foreach (var job in Jobs.Where(job => job.IsAccepted))
            {
                if (Array.Find(job.DependsOn, uid => Find(uid) is { IsAccepted: false }) is not { } missing) continue;
                job.Refuse($"job dependsOn names job {Find(missing)!.Index} of the submission, which is not accepted");
                isComplete = false;
            }
        }
        while (!isComplete);
    }

    private void Register(NewJob job)
    {
        if (!_byUid.TryAdd(job.Uid, job)) job.Refuse($"job uid {job.Uid} is that of job {_byUid[job.Uid].Index} of the submission, too");
    }

    private void ResolveDependencies(NewJob job)
    {
        var value = job.Members.Value(Fields.DependsOn);
        if (value.IsEmpty || value.Span[0] != '[') return;
        if (!JsonArray.Items(value).TrueForAll(item => JsonText.IsString(item.Span)))
        {
            job.Refuse("job dependsOn must be an array of uids");
            return;
        }
        // A copy of a job that had ended because of a dependency.
        job.Members.Remove(Fields.FailedDependency);
        job.DependsOn = JobLinks.ReadDependencies(job.Members);
        for (var i = 0; i < job.DependsOn.Length; i++)
        {
            if (!job.DependsOn[i].StartsWith('#')) continue;
            if (AtPosition(job.DependsOn[i]) is { } other) job.DependsOn[i] = other.Uid;
            else job.Refuse($"job dependsOn names {job.DependsOn[i]}, and the submission has no such job");
        }
        job.DependsOn = [.. job.DependsOn.Distinct(StringComparer.Ordinal)];
        job.Members.Set(Fields.DependsOn, JsonArray.Write([.. job.DependsOn.Select(uid => (ReadOnlyMemory<byte>)JsonText.Quote(uid))]));
    }

    private NewJob? AtPosition(string text) =>
        int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Jobs.Count
            ? Jobs[index]
            : null;

    // Removes, again and again, the jobs whose dependencies are all removed or stored already; what is left are cycles and what waits for
    // them.
    private void RefuseCycles()
    {
        var open = Jobs.Where(job => job.IsAccepted).ToDictionary(job => job, job => job.DependsOn.Count(uid => Find(uid) is not null));
        var dependents = open.Keys.SelectMany(job => job.DependsOn.Select(uid => (Dependency: Find(uid), Job: job)))
            .Where(pair => pair.Dependency is not null).ToLookup(pair => pair.Dependency!, pair => pair.Job);
        var ready = new Queue<NewJob>(Jobs.Where(job => !job.IsAccepted || open[job] == 0));
        while (ready.TryDequeue(out var job))
        {
            open.Remove(job);
            foreach (var dependent in dependents[job])
            {
                if (open.TryGetValue(dependent, out var count) && (open[dependent] = count - 1) == 0) ready.Enqueue(dependent);
            }
        }
        foreach (var job in open.Keys) job.Refuse("job dependsOn is a cycle, or depends on one: no job of it could ever begin");
    }
}
