using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk whose next write waits until the test lets it continue or fail.</summary>
internal sealed class GatedDisk : Disk
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IOException?> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isClosed;
    private int _failures;

    /// <summary>Completes when a write is waiting.</summary>
    public Task Held => _held.Task;

    public void Close() => _isClosed = true;

    /// <param name="failure">The failure of the waiting write; <c>null</c> to let it continue.</param>
    /// <param name="times">The number of writes that fail.</param>
    public void Open(IOException? failure = null, int times = 1)
    {
        _failures = failure is null ? 0 : times;
        _verdict.SetResult(failure);
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (_isClosed)
        {
            _held.TrySetResult();
            var failure = _verdict.Task.GetAwaiter().GetResult();
            if (Interlocked.Decrement(ref _failures) >= 0) throw failure!;
        }

        base.Write(file, bytes, offset);
    }
}
