using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A mounted disk of a few megabytes in memory, with a file that takes up all remaining space.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public static async Task<SmallDisk> Mount(string folder)
    {
        Tool.RequireRoot("Mounting");
        Directory.CreateDirectory(folder);
        if (await Tool.Try("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder) is { } refusal)
            Assert.Inconclusive($"Mounting is not allowed here: {refusal}");
        return new SmallDisk(folder);
    }

    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // The disk is full, as intended.
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await Tool.Run("umount", Folder);
}
