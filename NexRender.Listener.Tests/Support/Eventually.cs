namespace NexRender.Listener.Tests.Support;

/// <summary>Waits for a condition that no event announces.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task True(Func<bool> condition, string what) => True(() => Task.FromResult(condition()), what);

    public static Task True(Func<Task<bool>> condition, string what) => True(condition, what, Deadline);

    public static Task True(Func<bool> condition, string what, TimeSpan deadline) =>
        True(() => Task.FromResult(condition()), what, deadline);

    private static async Task True(Func<Task<bool>> condition, string what, TimeSpan deadline)
    {
        var end = DateTime.UtcNow + deadline;
        while (!await condition())
        {
            if (DateTime.UtcNow > end) Assert.Fail($"Within {deadline.TotalSeconds} s it did not come true that {what}.");
            await Task.Delay(10);
        }
    }
}
