namespace NexRender.Listener.Tests;

[TestClass]
public sealed class SmokeTests
{
    [TestMethod]
    public void It_runs() => Assert.AreEqual(3000, new ListenerOptions().Port);
}
