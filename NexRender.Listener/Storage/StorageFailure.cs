namespace NexRender.Listener.Storage;

/// <summary>The reason why a change could not be made durable.</summary>
/// <param name="Reason">The message of the system, in one line.</param>
/// <param name="IsDiskFull">True if the disk has no space left.</param>
internal sealed record StorageFailure(string Reason, bool IsDiskFull)
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaOnLinux = 122;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);

    public static StorageFailure From(Exception e) =>
        new(OneLine(e), e.HResult is NoSpaceOnUnix or QuotaOnLinux or NoSpaceOnWindows);

    /// <summary>The message of an exception in one line without a full stop, to be continued in a sentence.</summary>
    public static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
