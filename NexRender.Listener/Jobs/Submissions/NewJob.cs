using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Submissions;

/// <summary>One job of a submission.</summary>
/// <param name="index">The place in the submission, counted from 0.</param>
/// <param name="members">The members of the job; <c>null</c> if what was sent is not an object.</param>
internal sealed class NewJob(int index, JsonObject? members)
{
    public int Index => index;

    /// <summary>The members of the job.</summary>
    public JsonObject Members => members!;

    public string Uid { get; } = members is null ? "" : JsonText.GetString(members[Fields.Uid]) ?? "";

    /// <summary>The uids of the jobs that it depends on.</summary>
    public string[] DependsOn { get; set; } = [];

    /// <summary>The job as it is to be stored; <c>null</c> until it is made.</summary>
    public Job? Job { get; set; }

    /// <summary>The reason why the job is not accepted; <c>null</c> if it is.</summary>
    public Refusal? Refusal { get; private set; } =
        members is null ? new Refusal(RefusalKind.Invalid, "a job must be a JSON object") : null;

    public bool IsAccepted => Refusal is null;

    /// <summary>The place of its record in the group; <c>null</c> if none was appended.</summary>
    public int? Record { get; set; }

    /// <summary>The place of the stored job.</summary>
    public JobEntry? Entry { get; set; }

    /// <summary>Does not accept the job, unless it has an earlier fault.</summary>
    public void Refuse(string message, RefusalKind kind = RefusalKind.Invalid) => Refusal ??= new Refusal(kind, message);

    /// <summary>Makes the job from its members.</summary>
    /// <param name="isWaiting">True if it depends on jobs that have not finished.</param>
    public void Make(bool isWaiting)
    {
        if (isWaiting) Members.Set(Fields.State, JobState.WaitingJson);
        if (JobValidator.Check(Members) is { } error) Refuse(error);
        else if (Uids.Check(Members[Fields.Uid]) is { } wrongUid) Refuse(wrongUid);
        else Job = Job.From(Members);
    }
}
