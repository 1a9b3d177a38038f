using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Embedding;

/// <summary>Options are checked where they are set, and each of them has an effect however it is given.</summary>
[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    public async Task A_secret_in_the_options_is_required_of_requests()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = NexRenderServer.Listen(options: Options(folder) with { Port = port, Secret = "s3cret" });
        using var client = new TestClient(port);
        (await client.Send("GET", "jobs")).Expect(403);
        (await client.Send("GET", "jobs", null, ("nexrender-secret", "s3cret"))).Expect(200);
    }

    [TestMethod]
    public async Task An_argument_takes_precedence_over_the_options_and_an_empty_secret_is_none()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = NexRenderServer.Listen(port, "", Options(folder) with { Port = 1, Secret = "s3cret" });
        using var client = new TestClient(port);
        (await client.Send("GET", "jobs")).Expect(200);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(65_536)]
    public void A_port_is_from_1_to_65535(int port) =>
        AssertOutOfRange(nameof(ListenerOptions.Port), () => new ListenerOptions { Port = port });

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void A_job_has_one_attempt_at_least(int attempts) =>
        AssertOutOfRange(nameof(ListenerOptions.MaxAttempts), () => new ListenerOptions { MaxAttempts = attempts });

    [TestMethod]
    [DataRow(-1)]
    [DataRow(366L * TimeSpan.TicksPerDay + 1)]
    [DataRow(long.MinValue)]
    [DataRow(long.MaxValue)]
    public void A_duration_is_neither_negative_nor_longer_than_366_days(long ticks)
    {
        var duration = TimeSpan.FromTicks(ticks);
        AssertOutOfRange(nameof(ListenerOptions.PickedTimeout), () => new ListenerOptions { PickedTimeout = duration });
        AssertOutOfRange(nameof(ListenerOptions.Lease), () => new ListenerOptions { Lease = duration });
        AssertOutOfRange(nameof(ListenerOptions.RetryDelay), () => new ListenerOptions { RetryDelay = duration });
        AssertOutOfRange(nameof(ListenerOptions.KeepFinished), () => new ListenerOptions { KeepFinished = duration });
        AssertOutOfRange(nameof(ListenerOptions.KeepErrors), () => new ListenerOptions { KeepErrors = duration });
    }

    [TestMethod]
    public void A_pickup_is_held_for_45_seconds_at_most()
    {
        AssertOutOfRange(nameof(ListenerOptions.PickupWait), () => new ListenerOptions { PickupWait = TimeSpan.FromSeconds(45.001) });
        AssertOutOfRange(nameof(ListenerOptions.PickupWait), () => new ListenerOptions { PickupWait = TimeSpan.FromTicks(-1) });
        _ = new ListenerOptions { PickupWait = TimeSpan.FromSeconds(45) };
    }

    [TestMethod]
    public void The_bounds_themselves_are_accepted()
    {
        var longest = TimeSpan.FromDays(366);
        _ = new ListenerOptions { Port = 65_535, MaxAttempts = 1, PickedTimeout = longest, Lease = longest, RetryDelay = longest };
        _ = new ListenerOptions { Port = 1, MaxAttempts = int.MaxValue, PickedTimeout = default, Lease = default, RetryDelay = default };
    }

    [TestMethod]
    public void A_hook_is_an_address_of_http_or_a_command()
    {
        AssertInvalid(nameof(ListenerOptions.Webhooks), () => new ListenerOptions { Webhooks = ["http://host/", "host"] });
        AssertInvalid(nameof(ListenerOptions.AllowJobWebhooks), () => new ListenerOptions { AllowJobWebhooks = ["http://host/../a"] });
        AssertInvalid(nameof(ListenerOptions.WebhookStates), () => new ListenerOptions { WebhookStates = [] });
        AssertInvalid(nameof(ListenerOptions.WebhookStates), () => new ListenerOptions { WebhookStates = ["queued"] });
        AssertInvalid(nameof(ListenerOptions.Hook), () => new ListenerOptions { Hook = "" });
        _ = new ListenerOptions { Webhooks = ["https://host/a?b"], WebhookStates = ["cancelled"] };
        _ = new ListenerOptions { AllowJobWebhooks = ["http://[::1]:81/a"] };
    }

    [TestMethod]
    public void The_addresses_of_hooks_cannot_be_changed_later()
    {
        string[] urls = ["http://host/"];
        var options = new ListenerOptions { Webhooks = urls };
        urls[0] = "host";
        Assert.AreEqual("http://host/", options.Webhooks[0]);
    }

    [TestMethod]
    public void An_enumeration_has_one_of_its_values()
    {
        AssertOutOfRange(nameof(ListenerOptions.Ordering), () => new ListenerOptions { Ordering = (JobOrdering)4 });
        AssertOutOfRange(nameof(ListenerOptions.Verbosity), () => new ListenerOptions { Verbosity = (Verbosity)(-1) });
        AssertOutOfRange(nameof(ListenerOptions.LogFormat), () => new ListenerOptions { LogFormat = (LogFormat)2 });
    }

    [TestMethod]
    public void A_host_and_a_database_are_not_empty()
    {
        var host = Assert.ThrowsExactly<ArgumentException>(() => new ListenerOptions { Host = "" });
        Assert.AreEqual(nameof(ListenerOptions.Host), host.ParamName);
        var database = Assert.ThrowsExactly<ArgumentException>(() => new ListenerOptions { Database = "" });
        Assert.AreEqual(nameof(ListenerOptions.Database), database.ParamName);
        _ = new ListenerOptions { Host = null, Database = null, Secret = "" };
    }

    [TestMethod]
    public void A_reason_not_to_start_names_the_option_and_no_switch()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("jobs.js"));
        var refused = Assert.ThrowsExactly<StartupException>(() => NexRenderServer.Listen(Ports.Free(), null, Options(folder)));
        Assert.Contains(folder.File("jobs.js"), refused.Message);
        Assert.Contains("ListenerOptions.Database", refused.Message);
        Assert.DoesNotContain("--", refused.Message);
    }

    [TestMethod]
    public void A_secret_of_a_role_without_the_full_one_is_a_reason_not_to_start()
    {
        using var folder = new TempFolder();
        var options = Options(folder) with { ReadSecret = "look" };
        var listen = Assert.ThrowsExactly<StartupException>(() => NexRenderServer.Listen(Ports.Free(), null, options));
        Assert.Contains("ListenerOptions.ReadSecret has no effect without ListenerOptions.Secret", listen.Message);
        var same = Assert.ThrowsExactly<StartupException>(() => NexRenderServer.CreateHandler(" look ", options));
        Assert.Contains("are the same secret", same.Message);
        Assert.IsFalse(File.Exists(folder.File("jobs.js")));
    }

    private static void AssertInvalid(string name, Func<ListenerOptions> make) =>
        Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentException>(make).ParamName);

    private static void AssertOutOfRange(string name, Func<ListenerOptions> make) =>
        Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName);

    private static ListenerOptions Options(TempFolder folder) => new() { Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };
}
