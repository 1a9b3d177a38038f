using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A mounted file system in an image file. A copy of the image is what a power cut would leave of the disk.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private LoopDisk(string image, string folder) => (Image, Folder) = (image, folder);

    public string Image { get; }

    /// <summary>The folder in which it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Creates and mounts a file system.</summary>
    /// <param name="image">The file for it.</param>
    /// <param name="folder">The folder in which it is mounted.</param>
    /// <param name="options">The options of the mount.</param>
    /// <param name="fileSystem">ext4, xfs or btrfs.</param>
    public static async Task<LoopDisk> Create(string image, string folder, string options, string fileSystem = "ext4")
    {
        Tool.RequireRoot("Mounting");
        var package = fileSystem switch { "xfs" => "xfsprogs", "btrfs" => "btrfs-progs", _ => "e2fsprogs" };
        var force = fileSystem == "ext4" ? "-F" : "-f";
        await Tool.Require($"mkfs.{fileSystem}", package);
        // XFS takes no less than 300 MB.
        using (var file = File.Create(image)) file.SetLength((fileSystem == "ext4" ? 200L : 400L) << 20);
        await Tool.Run($"mkfs.{fileSystem}", "-q", force, image);
        return await Mount(image, folder, options);
    }

    public static async Task<LoopDisk> Mount(string image, string folder, string options = "defaults")
    {
        Directory.CreateDirectory(folder);
        if (await Tool.Try("mount", "-o", $"loop,{options}", image, folder) is { } refusal)
            Assert.Inconclusive($"Mounting is not allowed here: {refusal}");
        return new LoopDisk(image, folder);
    }

    /// <summary>Copies the image as of one moment; only the system itself may be writing to the disk.</summary>
    public async Task CopyTo(string path)
    {
        // If the system writes back a page meanwhile, the copy does not show one moment, and is repeated.
        do await Tool.Run("cp", "--sparse=always", Image, path);
        while (await Tool.Try("cmp", Image, path) is not null);
    }

    public async ValueTask DisposeAsync() => await Tool.Run("umount", Folder);
}
