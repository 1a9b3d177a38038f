using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The rename on Windows, which fails while another process reads the file.</summary>
[TestClass]
public sealed class RetryTransientTests
{
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021);
    private const int NotFound = unchecked((int)0x80070002);

    public static IEnumerable<object[]> Transient =>
    [
        [new IOException("shared", SharingViolation)], [new IOException("locked", LockViolation)], [new UnauthorizedAccessException()],
    ];

    [TestMethod]
    [DynamicData(nameof(Transient))]
    public void A_transient_failure_is_retried_until_the_step_succeeds(Exception obstacle)
    {
        var pauses = new List<TimeSpan>();
        Disk.RetryTransient(() => { if (pauses.Count < 3) throw obstacle; }, pauses.Add);
        CollectionAssert.AreEqual(new[] { 10.0, 20, 40 }, pauses.Select(pause => pause.TotalMilliseconds).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Transient))]
    public void A_failure_that_persists_is_thrown_after_some_seconds(Exception obstacle)
    {
        var waited = TimeSpan.Zero;
        Assert.AreSame(obstacle, Assert.Throws<Exception>(() => Disk.RetryTransient(() => throw obstacle, pause => waited += pause)));
        Assert.IsTrue(waited > TimeSpan.FromSeconds(4) && waited < TimeSpan.FromSeconds(6), $"{waited}");
    }

    [TestMethod]
    public void Any_other_failure_is_thrown_at_once() =>
        Assert.Throws<IOException>(
            () => Disk.RetryTransient(() => throw new IOException("gone", NotFound), _ => Assert.Fail("It waited.")));
}
