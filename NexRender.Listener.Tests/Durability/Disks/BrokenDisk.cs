using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk whose writes fail while it is broken.</summary>
/// <param name="code">The number that the system gives for the failure, such as 28 for a full disk; 0 for an unknown one.</param>
internal sealed class BrokenDisk(int code = 0) : QuickDisk
{
    private volatile bool _isBroken;

    public bool IsBroken
    {
        get => _isBroken;
        set => _isBroken = value;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (IsBroken) throw new IOException("broken", code);
        base.Write(file, bytes, offset);
    }
}
