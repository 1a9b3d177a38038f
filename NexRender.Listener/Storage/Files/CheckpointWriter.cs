using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Files;

/// <summary>Writes jobs to a file: a JSON array with one job per line.</summary>
internal sealed class CheckpointWriter(Disk disk)
{
    private const int SliceSize = 1 << 20;
    private const long SyncInterval = 16 << 20;

    /// <summary>Writes a file and returns its mark once it is durable; its name is not.</summary>
    /// <param name="path">The file, which is created or overwritten.</param>
    /// <param name="jobs">The jobs as JSON, in their order.</param>
    /// <param name="yield">Called after every slice; it may pause, or cancel by throwing.</param>
    public CheckpointMark Write(string path, JsonBytes[] jobs, Action yield)
    {
        using var file = disk.Create(path);
        var buffer = new byte[SliceSize];
        var (used, synced, mark) = (0, 0L, default(CheckpointMark));

        void FlushBuffer()
        {
            disk.Write(file, buffer.AsSpan(0, used), mark.Length);
            mark = mark.Append(buffer.AsSpan(0, used));
            used = 0;
            // In portions: one sync of everything at the end would delay the journal's syncs for as long as it takes.
            if (mark.Length - synced >= SyncInterval)
            {
                disk.Sync(file);
                synced = mark.Length;
            }
            yield();
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var part = bytes[..Math.Min(bytes.Length, SliceSize - used)];
                part.CopyTo(buffer.AsSpan(used));
                used += part.Length;
                bytes = bytes[part.Length..];
                if (used == SliceSize) FlushBuffer();
            }
        }

        for (var i = 0; i < jobs.Length; i++)
        {
            Put(i == 0 ? "[\n"u8 : ",\n"u8);
            for (var piece = 0; piece < jobs[i].PieceCount; piece++) Put(jobs[i][piece].Span);
        }
        Put(jobs.Length == 0 ? "[]\n"u8 : "\n]\n"u8);
        FlushBuffer();
        disk.Sync(file);
        return mark;
    }
}
