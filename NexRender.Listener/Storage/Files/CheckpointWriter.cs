namespace NexRender.Listener.Storage.Files;

/// <summary>Writes all jobs to a file: a JSON array, a job a line.</summary>
internal sealed class CheckpointWriter(Disk disk)
{
    private const int Slice = 1 << 20;
    private const long FlushEvery = 16 << 20;

    /// <summary>Writes the file and returns its length once it is on the disk.</summary>
    /// <param name="path">The file, which is made anew.</param>
    /// <param name="jobs">The jobs as JSON, in their order.</param>
    /// <param name="pause">Called between slices, so that the writer can make room for others or give up by throwing.</param>
    public long Write(string path, byte[][] jobs, Action pause)
    {
        using var file = disk.Create(path);
        var buffer = new byte[Slice];
        var (used, offset, flushed) = (0, 0L, 0L);

        void Empty()
        {
            disk.Write(file, buffer.AsSpan(0, used), offset);
            offset += used;
            used = 0;
            // In portions: one flush of everything at the end would hold up the journal's flushes for as long as it takes.
            if (offset - flushed >= FlushEvery)
            {
                disk.Flush(file);
                flushed = offset;
            }
            pause();
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var part = bytes[..Math.Min(bytes.Length, Slice - used)];
                part.CopyTo(buffer.AsSpan(used));
                used += part.Length;
                bytes = bytes[part.Length..];
                if (used == Slice) Empty();
            }
        }

        for (var i = 0; i < jobs.Length; i++)
        {
            Put(i == 0 ? "[\n"u8 : ",\n"u8);
            Put(jobs[i]);
        }
        Put(jobs.Length == 0 ? "[]\n"u8 : "\n]\n"u8);
        Empty();
        disk.Flush(file);
        return offset;
    }
}
