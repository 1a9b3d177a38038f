using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk whose writes fail while it is broken.</summary>
internal sealed class BrokenDisk : QuickDisk
{
    private volatile bool _isBroken;

    public bool IsBroken
    {
        get => _isBroken;
        set => _isBroken = value;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (IsBroken) throw new IOException("broken");
        base.Write(file, bytes, offset);
    }
}
