using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Tells the phase of a job.</summary>
internal static class Phases
{
    public static Phase Of(Job job, JsonObject members) => job.State switch
    {
        JobState.Queued => Phase.Queued,
        JobState.Waiting => Phase.Waiting,
        JobState.Paused => Phase.Paused,
        JobState.Picked => Phase.Picked,
        JobState.Finished => Phase.Done,
        JobState.Error => JsonText.IsTruthy(members[Fields.CancelledAt]) ? Phase.Cancelled : Phase.Done,
        _ => Phase.Running,
    };
}
