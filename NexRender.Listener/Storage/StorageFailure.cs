namespace NexRender.Listener.Storage;

/// <summary>The reason why a change could not be made durable.</summary>
/// <param name="Reason">The message of the system, in one line.</param>
/// <param name="IsDiskFull">True if the disk has no space left, or the file has reached its greatest length.</param>
internal sealed record StorageFailure(string Reason, bool IsDiskFull)
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaOnLinux = 122;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);
    private const int TooLargeOnUnix = 27;
    private const int TooLargeOnWindows = unchecked((int)0x800700DF);

    /// <summary>True if only this file has reached a limit: the one of the process (ulimit -f) or of the file system.</summary>
    public bool IsFileTooLarge { get; private init; }

    public static StorageFailure From(Exception e) =>
        e.HResult is TooLargeOnUnix or TooLargeOnWindows
            ? new StorageFailure(OneLine(e), IsDiskFull: true) { IsFileTooLarge = true }
            : new StorageFailure(OneLine(e), e.HResult is NoSpaceOnUnix or QuotaOnLinux or NoSpaceOnWindows);

    /// <summary>The message of an exception in one line without a full stop, to be continued in a sentence.</summary>
    public static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
