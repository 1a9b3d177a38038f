using System.Buffers;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>Replays records that were never written to a file.</summary>
internal static class RecordReplay
{
    /// <summary>Writes a record as a journal does, reads it, and applies what was read.</summary>
    /// <returns>The number of changes that the record made.</returns>
    public static int Apply(this Replay replay, in JournalRecord record)
    {
        var line = new ArrayBufferWriter<byte>();
        JournalFormat.Write(line, sequence: 1, previous: 0, startsBatch: true, record);
        Assert.IsTrue(JournalFormat.TryRead(line.WrittenSpan[..^1], out var header), "The record cannot be read.");
        return replay.Apply(header.Kind, line.WrittenMemory[header.PayloadAt..^1]);
    }
}
