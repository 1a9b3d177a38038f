using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk that returns from a write before it is done, and writes later, in order.</summary>
internal sealed class LateDisk : QuickDisk
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    private Task _last = Task.CompletedTask;

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var copy = bytes.ToArray();
        _last = _last.ContinueWith(_ => WriteLater(file, copy, offset), TaskScheduler.Default).Unwrap();
    }

    private async Task WriteLater(SafeFileHandle file, byte[] bytes, long offset)
    {
        await Task.Delay(Delay);
        if (!file.IsClosed) base.Write(file, bytes, offset);
    }
}
