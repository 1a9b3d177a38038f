namespace NexRender.Listener.Storage.Redis;

/// <summary>The names of keys. Those of nexrender-server are the jobs; the others stand beside them.</summary>
internal static class RedisKeys
{
    /// <summary>The begin of the key of a job, before its uid.</summary>
    public const string Job = "nexjob:";

    /// <summary>The uids of the jobs by their place in the order of creation.</summary>
    public const string Order = "nexrender:order";

    /// <summary>The order that is being written, if all jobs are written again.</summary>
    public const string NextOrder = "nexrender:order.next";

    /// <summary>The number of the last batch.</summary>
    public const string Batch = "nexrender:batch";

    /// <summary>The uids of removed jobs by the time of the removal.</summary>
    public const string Removed = "nexrender:removed";

    /// <summary>The answers to submissions with a key.</summary>
    public const string Answers = "nexrender:answers";

    /// <summary>The pauses.</summary>
    public const string Farm = "nexrender:farm";

    /// <summary>The hooks that are not delivered.</summary>
    public const string Hooks = "nexrender:hooks";

    /// <summary>Present while an import runs, or after one that was interrupted: then only a part of the jobs may be there.</summary>
    public const string Import = "nexrender:import";
}
