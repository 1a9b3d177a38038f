namespace NexRender.Listener.Storage;

/// <summary>Why a change could not be made to last.</summary>
/// <param name="Reason">What the system said, in one line.</param>
/// <param name="DiskFull">Whether room on the disk is what is missing.</param>
internal sealed record StorageFailure(string Reason, bool DiskFull)
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaOnLinux = 122;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);

    public static StorageFailure From(Exception e) =>
        new(e.Message.ReplaceLineEndings(" "), e.HResult is NoSpaceOnUnix or QuotaOnLinux or NoSpaceOnWindows);
}
