using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>The first line of a journal.</summary>
/// <param name="FirstSequence">The sequence number of the first record.</param>
/// <param name="Jobs">The number of jobs when the journal was begun.</param>
/// <param name="Checkpoint">
/// The checkpoint that the journal follows, and with it every earlier journal is obsolete; <c>null</c> if it follows another journal.
/// </param>
/// <param name="Version">The version of the format.</param>
internal readonly record struct JournalHeader(
    long FirstSequence, int Jobs, CheckpointMark? Checkpoint, int Version = JournalFormat.Version);
