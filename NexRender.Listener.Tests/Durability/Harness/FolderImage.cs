namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>The content of the files of a folder at one moment, without the lock file, which every start creates.</summary>
internal sealed class FolderImage
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _files.Keys;

    public byte[] this[string name]
    {
        get => _files[name];
        set => _files[name] = value;
    }

    public static FolderImage Of(string folder)
    {
        var image = new FolderImage();
        foreach (var path in Directory.GetFiles(folder).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
            image[Path.GetFileName(path)] = Read(path);
        return image;
    }

    public bool Has(string name) => _files.ContainsKey(name);

    public void Remove(string name) => _files.Remove(name);

    /// <summary>Replaces the content of a folder by this image.</summary>
    public void WriteTo(string folder)
    {
        foreach (var path in Directory.GetFiles(folder)) File.Delete(path);
        foreach (var (name, content) in _files) File.WriteAllBytes(Path.Combine(folder, name), content);
    }

    public void AssertSame(FolderImage other, string when)
    {
        Assert.AreSequenceEqual(Names, other.Names, $"{when}: other files.");
        foreach (var (name, content) in _files)
            Assert.IsTrue(content.AsSpan().SequenceEqual(other[name]), $"{when}: {name} was changed.");
    }

    // The server may have the file open.
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
