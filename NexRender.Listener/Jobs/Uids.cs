namespace NexRender.Listener.Jobs;

/// <summary>The rules for the uids of new jobs.</summary>
internal static class Uids
{
    /// <summary>Returns the reason why no new job may have a uid; <c>null</c> if one may.</summary>
    public static string? Check(string uid) =>
        uid is "pickup" or "status" ? $"job uid must not be \"{uid}\": no request could reach it" : null;
}
