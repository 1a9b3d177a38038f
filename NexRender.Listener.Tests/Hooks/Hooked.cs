using System.Text.Json;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>The servers, jobs and receivers that the tests of hooks share.</summary>
internal static class Hooked
{
    /// <summary>Times for tests of failures.</summary>
    public static HookLimits Quick { get; } = new()
    {
        RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(10), 4)],
    };

    public static ListenerOptions To(params HookReceiver[] receivers) =>
        new() { Webhooks = [.. receivers.Select(receiver => receiver.Url)] };

    /// <summary>Adds a job and ends it.</summary>
    public static async Task End(TestServer server, string uid, string state = "finished", string? members = null)
    {
        (await server.Post(Some.Job(uid, members: members))).Expect(200);
        (await server.Put($"jobs/{uid}", $$"""{"state":"{{state}}"}""")).Expect(200);
    }

    /// <summary>Waits until the counts of <c>GET /stats</c> are these.</summary>
    public static Task Counts(TestServer server, int pending = 0, int delivered = 0, int failed = 0, int dropped = 0)
    {
        var expected = $$"""{"pending":{{pending}},"delivered":{{delivered}},"failed":{{failed}},"dropped":{{dropped}}}""";
        return Eventually.True(async () => (await server.Get("stats")).Raw("hooks") == expected, $"the hooks are {expected}");
    }

    /// <summary>Names of the members of an object, in order.</summary>
    public static string Names(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(member => member.Name));
}
