using NexRender.Listener.Http.Bodies;

namespace NexRender.Listener.Tests.Messages;

/// <summary>Memory is returned to the system once after each burst, and without a burst never.</summary>
[TestClass]
public sealed class BurstDetectorTests
{
    private const long Megabyte = 1 << 20;

    private readonly BurstDetector _bursts = new();

    [TestMethod]
    public void A_quiet_server_is_not_trimmed()
    {
        for (var n = 0; n < 10; n++) Assert.AreEqual(TrimStep.None, Next(0, 0, 500));
    }

    [TestMethod]
    public void A_burst_is_trimmed_once_after_it_is_over()
    {
        Assert.AreEqual(TrimStep.None, Next(100, 0, 300));
        Assert.AreEqual(TrimStep.None, Next(200, 0, 500));
        Assert.AreEqual(TrimStep.Collect, Next(200, 0, 500));
        Assert.AreEqual(TrimStep.Trim, Next(200, 0, 500));
        Trimmed(300);
        for (var n = 0; n < 10; n++) Assert.AreEqual(TrimStep.None, Next(200, 0, 300));
    }

    [TestMethod]
    public void A_burst_that_goes_on_is_not_trimmed()
    {
        for (var n = 1; n < 10; n++) Assert.AreEqual(TrimStep.None, Next(n * 100, 0, n * 200));
    }

    [TestMethod]
    public void A_server_that_holds_many_jobs_is_not_trimmed_for_a_few_requests()
    {
        TrimAfterPosting(1000, 1200);
        Assert.AreEqual(TrimStep.None, Next(1100, 0, 1300));
        Assert.AreEqual(TrimStep.None, Next(1100, 0, 1300));
    }

    [TestMethod]
    [DataRow(300, DisplayName = "all of them")]
    [DataRow(80, DisplayName = "a part of them")]
    public void Jobs_that_were_live_at_the_last_trim_are_trimmed_once_they_are_removed(long removed)
    {
        TrimAfterPosting(300, 400);
        Assert.AreEqual(TrimStep.None, Next(300, removed, 400));
        Assert.AreEqual(TrimStep.Collect, Next(300, removed, 400));
        Assert.AreEqual(TrimStep.Trim, Next(300, removed, 400));
    }

    [TestMethod]
    public void A_release_in_rounds_takes_five_periods()
    {
        TrimAfterPosting(1000, 1200);
        _bursts.ReleaseInRounds();
        for (var n = 0; n < 5; n++) Assert.AreEqual(TrimStep.Release, Next(1000, 0, 1200));
        Assert.AreEqual(TrimStep.None, Next(1000, 0, 1200));
    }

    [TestMethod]
    public void A_burst_ends_a_release_in_rounds()
    {
        TrimAfterPosting(1000, 1200);
        _bursts.ReleaseInRounds();
        Assert.AreEqual(TrimStep.Release, Next(1000, 0, 1200));
        Assert.AreEqual(TrimStep.None, Next(1100, 0, 1300));
        Assert.AreEqual(TrimStep.None, Next(1100, 0, 1300));
    }

    private void TrimAfterPosting(long received, long live)
    {
        Assert.AreEqual(TrimStep.None, Next(received, 0, 2 * live));
        Assert.AreEqual(TrimStep.Collect, Next(received, 0, 2 * live));
        Assert.AreEqual(TrimStep.Trim, Next(received, 0, 2 * live));
        Trimmed(live);
    }

    private TrimStep Next(long received, long released, long workingSet) =>
        _bursts.Next(received * Megabyte, released * Megabyte, workingSet * Megabyte);

    private void Trimmed(long workingSet) => _bursts.Trimmed(workingSet * Megabyte);
}
