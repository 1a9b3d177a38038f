using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk that never syncs: fast, and unsafe in a power cut.</summary>
internal class QuickDisk : Disk
{
    public override void Sync(SafeFileHandle file)
    {
    }

    public override void SyncDirectory(string folder)
    {
    }
}
