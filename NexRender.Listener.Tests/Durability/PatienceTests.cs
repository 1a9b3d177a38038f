using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The swap on Windows, where whoever reads the file makes it fail for a moment.</summary>
[TestClass]
public sealed class PatienceTests
{
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021), NotFound = unchecked((int)0x80070002);

    public static IEnumerable<object[]> Passing =>
    [
        [new IOException("shared", SharingViolation)], [new IOException("locked", LockViolation)], [new UnauthorizedAccessException()],
    ];

    [TestMethod]
    [DynamicData(nameof(Passing))]
    public void What_passes_is_tried_again_until_it_succeeds(Exception obstacle)
    {
        var pauses = new List<TimeSpan>();
        Disk.WithPatience(() => { if (pauses.Count < 3) throw obstacle; }, pauses.Add);
        CollectionAssert.AreEqual(new[] { 10.0, 20, 40 }, pauses.Select(pause => pause.TotalMilliseconds).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Passing))]
    public void What_does_not_pass_is_told_after_some_seconds(Exception obstacle)
    {
        var waited = TimeSpan.Zero;
        Assert.AreSame(obstacle, Assert.Throws<Exception>(() => Disk.WithPatience(() => throw obstacle, pause => waited += pause)));
        Assert.IsTrue(waited > TimeSpan.FromSeconds(4) && waited < TimeSpan.FromSeconds(6), $"{waited}");
    }

    [TestMethod]
    public void Any_other_failure_is_told_at_once() =>
        Assert.Throws<IOException>(() => Disk.WithPatience(() => throw new IOException("gone", NotFound), _ => Assert.Fail("It waited.")));
}
