using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A disk that tells before each step, and in the middle of each write; one step at a time, whoever takes it.</summary>
internal sealed class SteppedDisk(Action<string> beforeStep) : QuickDisk
{
    private readonly Lock _lock = new();

    public override SafeFileHandle Create(string path)
    {
        lock (_lock)
        {
            beforeStep($"create {Path.GetFileName(path)}");
            return base.Create(path);
        }
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
        {
            beforeStep($"write {bytes.Length} bytes");
            var half = bytes.Length / 2;
            base.Write(file, bytes[..half], offset);
            beforeStep($"write the other half of {bytes.Length} bytes");
            base.Write(file, bytes[half..], offset + half);
        }
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        lock (_lock)
        {
            beforeStep("truncate");
            base.Truncate(file, length);
        }
    }

    public override void Replace(string from, string to)
    {
        lock (_lock)
        {
            beforeStep($"rename {Path.GetFileName(from)} to {Path.GetFileName(to)}");
            base.Replace(from, to);
        }
    }

    public override void Delete(string path)
    {
        lock (_lock)
        {
            beforeStep($"delete {Path.GetFileName(path)}");
            base.Delete(path);
        }
    }
}
