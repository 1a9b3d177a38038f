using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>
/// The gate and the listener behind it understand the same of whatever is sent: nothing can be smuggled past one of them.
/// </summary>
[TestClass]
public sealed class DifferentialTests
{
    private const int Mutations = 100_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_hundred_thousand_mutated_inputs_are_understood_as_the_reference_understands_them()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        using var run = new DifferentialRun();
        await run.Run(seed, Mutations, TimeSpan.FromHours(1));
        Assert.AreEqual("", string.Join("\n\n", run.Differences), $"seed {seed}");
        Assert.AreEqual(Mutations, run.Done);
        // Otherwise the mutations would be too wild to reach the inside.
        Assert.IsGreaterThan(Mutations / 2, run.Understood);
    }
}
