using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files;

/// <summary>Every step by which a file changes for good; tests replace single steps to make them fail.</summary>
internal class Disk
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Unspecific = unchecked((int)0x80131620);
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    /// <summary>Creates a file for writing, or empties it; only its owner may read it.</summary>
    public virtual SafeFileHandle Create(string path) => Open(path, FileMode.Create, FileShare.Read | FileShare.Delete);

    /// <summary>Opens a file for writing as it is.</summary>
    public virtual SafeFileHandle Append(string path) => Open(path, FileMode.Open, FileShare.Read | FileShare.Delete);

    /// <summary>Takes space on the disk for later need.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public virtual void Reserve(string path, long bytes)
    {
        try
        {
            using var file = Open(path, FileMode.Create, FileShare.None, bytes);
        }
        catch (IOException e) when (e.HResult == Unspecific)
        {
            // That there is no room the framework says in words alone.
            var (error, result) = OperatingSystem.IsWindows() ? (112, unchecked((int)0x80070070)) : (28, 28);
            throw new IOException($"reserve: {new Win32Exception(error).Message}", result);
        }
    }

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Puts a file in the place of another in one step: whoever looks sees the one or the other, whole.</summary>
    public virtual void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows()) WithPatience(() => File.Move(from, to, overwrite: true), Thread.Sleep);
        else File.Move(from, to, overwrite: true);
    }

    /// <summary>Takes a step that a reader of the file, a virus scanner say, makes fail for a moment on Windows: for five seconds, again and again.</summary>
    internal static void WithPatience(Action step, Action<TimeSpan> pause)
    {
        for (var wait = 10; ; wait *= 2)
        {
            try
            {
                step();
                return;
            }
            catch (Exception e) when (wait < 5000 && IsTransient(e))
            {
                pause(TimeSpan.FromMilliseconds(wait));
            }
        }
    }

    /// <summary>Returns when what was written to the file is on the disk itself.</summary>
    /// <exception cref="IOException">The system could not say so.</exception>
    public virtual void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) RandomAccess.FlushToDisk(file);
        else if (OperatingSystem.IsMacOS()) FlushOnMac(file);
        else Check(() => NativeMethods.FdataSync(file), "fdatasync");
    }

    /// <summary>Makes what was created, renamed and deleted in a folder last; Windows has no such call and needs none.</summary>
    public virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = NativeMethods.Open(folder, NativeMethods.ReadOnly);
        if (handle.IsInvalid) throw Failed("open folder", Marshal.GetLastPInvokeError());
        Check(() => NativeMethods.Fsync(handle), "fsync folder");
    }

    private static SafeFileHandle Open(string path, FileMode mode, FileShare share, long preallocation = 0)
    {
        // The mode of the file and the space to allocate can be given to a stream alone, and the handle outlives it only when it is
        // opened by hand; so a file is made by the first and opened by the second.
        if (mode == FileMode.Create)
        {
            var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, PreallocationSize = preallocation, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            new FileStream(path, options).Dispose();
        }
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, share);
    }

    // The drive of a Mac keeps its own cache through fsync; not every file system there knows the stronger call.
    private static void FlushOnMac(SafeFileHandle file)
    {
        if (NativeMethods.Fcntl(file, NativeMethods.FullFlush) == 0) return;
        const int notTty = 25, invalid = 22, notSupported = 45;
        var error = Marshal.GetLastPInvokeError();
        if (error is not (notTty or invalid or notSupported)) throw Failed("fcntl F_FULLFSYNC", error);
        Check(() => NativeMethods.Fsync(file), "fsync");
    }

    private static void Check(Func<int> call, string name)
    {
        while (call() != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NativeMethods.Interrupted) throw Failed(name, error);
        }
    }

    private static IOException Failed(string step, int error) => new($"{step}: {new Win32Exception(error).Message}", error);

    private static bool IsTransient(Exception e) => e is UnauthorizedAccessException || e.HResult is SharingViolation or LockViolation;
}
