namespace NexRender.Listener.Tests.Support;

/// <summary>Waits for a condition that no event announces.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task True(Func<bool> condition, string what) => True(() => Task.FromResult(condition()), what);

    public static async Task True(Func<Task<bool>> condition, string what)
    {
        var end = DateTime.UtcNow + Deadline;
        while (!await condition())
        {
            if (DateTime.UtcNow > end) Assert.Fail($"Within {Deadline.TotalSeconds} s it did not come true that {what}.");
            await Task.Delay(10);
        }
    }
}
