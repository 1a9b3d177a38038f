using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files;

/// <summary>Every call that changes files; tests replace single calls to make them fail.</summary>
internal class Disk
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int FileTooLarge = 27, InvalidArgument = 22;
    private const int NotSupportedOnLinux = 95, NoSystemCallOnLinux = 38, NotSupportedOnMac = 45, NoSystemCallOnMac = 78;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    /// <summary>Creates a file for writing, or truncates it; only its owner may read it.</summary>
    public virtual SafeFileHandle Create(string path) => Open(path, FileMode.Create);

    /// <summary>Opens a file for writing and keeps its content.</summary>
    public virtual SafeFileHandle OpenExisting(string path) => Open(path, FileMode.Open);

    /// <summary>
    /// Fills a new file with bytes that no file system can compress or leave out, so that deleting it frees as much disk space.
    /// </summary>
    /// <exception cref="IOException">There is not enough space.</exception>
    public virtual void Reserve(string path, long bytes)
    {
        // Not allocated past the end of the file: Windows and macOS free such space when the file is closed.
        var slice = new byte[Math.Min(bytes, 1 << 20)];
        Random.Shared.NextBytes(slice);
        using var file = Create(path);
        for (long written = 0; written < bytes; written += slice.Length) Write(file, slice, written);
    }

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // The framework's name for EFBIG: the limit of the process (ulimit -f) or of the file system.
            throw new IOException("the file would exceed the size limit for files", FileTooLarge) { Source = e.Source };
        }
    }

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Deletes a file; a missing one is ignored.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Renames a file over another one in one step: a reader finds the one or the other.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Its new path.</param>
    /// <param name="yield">Called before each repetition; it may cancel by throwing.</param>
    public virtual void Replace(string from, string to, Action yield)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: true);
            return;
        }
        RetryTransient(() => File.Move(from, to, overwrite: true), pause =>
        {
            yield();
            Thread.Sleep(pause);
        });
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

    /// <summary>Returns true if an exception of <see cref="SyncDirectory"/> means that the file system has no such operation.</summary>
    internal static bool IsUnsupported(IOException e) =>
        e.HResult is InvalidArgument || e.HResult == (OperatingSystem.IsMacOS() ? NotSupportedOnMac : NotSupportedOnLinux)
        || e.HResult == (OperatingSystem.IsMacOS() ? NoSystemCallOnMac : NoSystemCallOnLinux);

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

    // Others may read a file while it is open here, to back it up say, but on Windows neither write it nor delete nor rename it.
    private static SafeFileHandle Open(string path, FileMode mode)
    {
        // File.OpenHandle cannot set the mode of a new file, and the handle of a FileStream ends with the stream: so the stream creates the
        // file, and the handle is opened afterwards.
        if (mode == FileMode.Create)
        {
            var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            new FileStream(path, options).Dispose();
        }
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read);
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
