namespace NexRender.Listener.Tests.Durability;

/// <summary>A disk of a few megabytes in memory, mounted, with a file that takes all the room that is left.</summary>
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
            // Full, which was the aim.
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await Tool.Run("umount", Folder);
}
