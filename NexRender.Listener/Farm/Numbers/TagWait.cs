namespace NexRender.Listener.Farm.Numbers;

/// <summary>The queued jobs with a tag.</summary>
/// <param name="Tag">The tag; empty for jobs without tags.</param>
/// <param name="Count">The number of the jobs.</param>
/// <param name="OldestWait">How long the oldest of them waits; <c>null</c> if all of them are delayed.</param>
internal readonly record struct TagWait(string Tag, int Count, TimeSpan? OldestWait);
