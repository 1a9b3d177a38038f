using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk that calls a method before each step and in the middle of each write; only one thread takes a step at a time.</summary>
internal abstract class StepDisk : QuickDisk
{
    private readonly Lock _lock = new();

    /// <summary>Returns what the files of a folder hold between two steps.</summary>
    public FolderImage Image(string folder)
    {
        lock (_lock) return FolderImage.Of(folder);
    }

    public override SafeFileHandle Create(string path) => Take($"create {Path.GetFileName(path)}", () => base.Create(path));

    public override SafeFileHandle OpenExisting(string path) => Take($"open {Path.GetFileName(path)}", () => base.OpenExisting(path));

    public override void Reserve(string path, long bytes) => Take("reserve", () => base.Reserve(path, bytes));

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
        {
            Step($"write {bytes.Length} bytes");
            var half = bytes.Length / 2;
            base.Write(file, bytes[..half], offset);
            Step($"write the other half of {bytes.Length} bytes");
            base.Write(file, bytes[half..], offset + half);
        }
    }

    public override void Truncate(SafeFileHandle file, long length) => Take("truncate", () => base.Truncate(file, length));

    public override void Delete(string path) => Take($"delete {Path.GetFileName(path)}", () => base.Delete(path));

    public override void Replace(string from, string to, Action yield) =>
        Take($"rename {Path.GetFileName(from)} to {Path.GetFileName(to)}", () => base.Replace(from, to, yield));

    public override void Sync(SafeFileHandle file) => Take("sync", () => base.Sync(file));

    public override void SyncDirectory(string folder) => Take("sync the folder", () => base.SyncDirectory(folder));

    /// <summary>Called before a step, under the disk's lock; it may make the step fail by throwing.</summary>
    /// <param name="step">A description of the step.</param>
    protected abstract void Step(string step);

    private void Take(string step, Action take)
    {
        lock (_lock)
        {
            Step(step);
            take();
        }
    }

    private SafeFileHandle Take(string step, Func<SafeFileHandle> take)
    {
        lock (_lock)
        {
            Step(step);
            return take();
        }
    }
}
