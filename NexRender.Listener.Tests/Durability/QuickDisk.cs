using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A disk that never waits: for tests that look at what is written, and for showing that others notice.</summary>
internal class QuickDisk : Disk
{
    public override void Flush(SafeFileHandle file)
    {
    }

    public override void FlushFolder(string folder)
    {
    }
}
