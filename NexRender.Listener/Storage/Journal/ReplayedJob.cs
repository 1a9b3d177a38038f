using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>A job while the changes of its members are read from journals.</summary>
internal sealed class ReplayedJob
{
    /// <summary>The checksum of the present version; <c>null</c> if there is no such job.</summary>
    public required uint? Checksum { get; set; }

    /// <summary>The length of the version that was found.</summary>
    public required int Length { get; init; }

    /// <summary>The members of the present version; <c>null</c> if they were not changed yet.</summary>
    public JsonObject? Members { get; set; }

    /// <summary>The checksum of the version after the last change, if that could not be made; <c>null</c> if it was.</summary>
    public uint? Expected { get; set; }

    /// <summary>The changes since then, for a repair.</summary>
    public List<ReadOnlyMemory<byte>>? Skipped { get; set; }

    /// <summary>True if the job is what the last change has made of it, or what it would have.</summary>
    public bool IsComplete => Expected is null || Expected == Checksum;
}
