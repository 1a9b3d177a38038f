using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A disk whose n-th step fails, or that and all after it; a write fails half done.</summary>
/// <param name="n">Which step, counted from 1.</param>
/// <param name="error">The number of the error.</param>
/// <param name="isForGood">Whether all later steps fail too.</param>
internal sealed class FaultyDisk(int n, int error, bool isForGood) : QuickDisk
{
    private readonly Lock _lock = new();

    // Under the lock, which also keeps the steps one after the other.
    private int _steps;
    private volatile string? _failed;

    /// <summary>The step that failed; <c>null</c> where it has not come to that.</summary>
    public string? Failed => _failed;

    /// <summary>What the files of a folder hold between two steps.</summary>
    public FolderImage Image(string folder)
    {
        lock (_lock) return FolderImage.Of(folder);
    }

    public override SafeFileHandle Create(string path)
    {
        lock (_lock)
        {
            Step($"create {Path.GetFileName(path)}");
            return base.Create(path);
        }
    }

    public override SafeFileHandle Append(string path)
    {
        lock (_lock)
        {
            Step($"open {Path.GetFileName(path)}");
            return base.Append(path);
        }
    }

    public override void Reserve(string path, long bytes)
    {
        lock (_lock)
        {
            Step("reserve");
            base.Reserve(path, bytes);
        }
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
        {
            var half = bytes.Length / 2;
            base.Write(file, bytes[..half], offset);
            Step($"write {bytes.Length} bytes");
            base.Write(file, bytes[half..], offset + half);
        }
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        lock (_lock)
        {
            Step("truncate");
            base.Truncate(file, length);
        }
    }

    public override void Delete(string path)
    {
        lock (_lock)
        {
            Step($"delete {Path.GetFileName(path)}");
            base.Delete(path);
        }
    }

    public override void Replace(string from, string to)
    {
        lock (_lock)
        {
            Step($"rename {Path.GetFileName(from)} to {Path.GetFileName(to)}");
            base.Replace(from, to);
        }
    }

    public override void Flush(SafeFileHandle file)
    {
        lock (_lock) Step("flush");
    }

    public override void FlushFolder(string folder)
    {
        lock (_lock) Step("flush the folder");
    }

    private void Step(string what)
    {
        var step = ++_steps;
        if (step < n || (step > n && !isForGood)) return;
        _failed ??= $"{what} ({step})";
        throw new IOException($"no luck with: {what}", error);
    }
}
