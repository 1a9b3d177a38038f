using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files;

/// <summary>Every call that changes files; tests replace single calls to make them fail.</summary>
internal class Disk
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Unspecific = unchecked((int)0x80131620);
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    /// <summary>Creates a file for writing, or truncates it; only its owner may read it.</summary>
    public virtual SafeFileHandle Create(string path) => Open(path, FileMode.Create, FileShare.Read | FileShare.Delete);

    /// <summary>Opens a file for writing and keeps its content.</summary>
    public virtual SafeFileHandle OpenExisting(string path) => Open(path, FileMode.Open, FileShare.Read | FileShare.Delete);

    /// <summary>Allocates disk space for later.</summary>
    /// <exception cref="IOException">There is not enough.</exception>
    public virtual void Reserve(string path, long bytes)
    {
        try
        {
            using var file = Open(path, FileMode.Create, FileShare.None, bytes);
        }
        catch (IOException e) when (e.HResult == Unspecific)
        {
            // The framework reports a full disk without an error number here.
            var (error, result) = OperatingSystem.IsWindows() ? (112, unchecked((int)0x80070070)) : (28, 28);
            throw new IOException($"reserve: {new Win32Exception(error).Message}", result);
        }
    }

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Deletes a file; a missing one is ignored.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Renames a file over another one in one step: a reader finds the one or the other.</summary>
    public virtual void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows()) RetryTransient(() => File.Move(from, to, overwrite: true), Thread.Sleep);
        else File.Move(from, to, overwrite: true);
    }

    /// <summary>Makes the content and the length of a file durable.</summary>
    /// <exception cref="IOException">The content on the disk is unknown; another call may succeed and prove nothing.</exception>
    public virtual void Sync(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) RandomAccess.FlushToDisk(file);
        else if (OperatingSystem.IsMacOS()) SyncOnMac(file);
        // fdatasync leaves out the modification time, but not the length.
        else Check(() => NativeMethods.FdataSync(file), "fdatasync");
    }

    /// <summary>Makes creations, renames and deletions in a folder durable; Windows has no such call and needs none.</summary>
    public virtual void SyncDirectory(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = NativeMethods.Open(folder, NativeMethods.ReadOnly);
        if (handle.IsInvalid) throw Failed("open folder", Marshal.GetLastPInvokeError());
        Check(() => NativeMethods.Fsync(handle), "fsync folder");
    }

    /// <summary>Repeats a step that another process makes fail on Windows while it has the file open, such as a virus scanner.</summary>
    /// <param name="step">The step.</param>
    /// <param name="pause">Waits before the next attempt; the waits double and come to five seconds in total.</param>
    internal static void RetryTransient(Action step, Action<TimeSpan> pause)
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

    private static SafeFileHandle Open(string path, FileMode mode, FileShare share, long preallocation = 0)
    {
        // File.OpenHandle can neither set the mode of a new file nor tell a full disk, and the handle of a FileStream ends with the stream:
        // so the stream creates the file, and the handle is opened afterwards.
        if (mode == FileMode.Create)
        {
            var options = new FileStreamOptions
            {
                Mode = mode, Access = FileAccess.Write, Share = share, PreallocationSize = preallocation, BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            new FileStream(path, options).Dispose();
        }
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, share);
    }

    // On a Mac fsync leaves the data in the drive's own cache; F_FULLFSYNC does not, but some file systems do not have it.
    private static void SyncOnMac(SafeFileHandle file)
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
