using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class PowerCutTests
{
    [TestMethod]
    [DataRow("defaults", 10)]
    [DataRow("data=writeback,noauto_da_alloc", 5)]
    [DataRow("commit=1", 5)]
    public async Task A_power_cut_loses_nothing_that_was_acknowledged_or_shown(string mounted, int cuts) =>
        Assert.IsEmpty(await PowerCuts.Run(cuts, mounted));

    [TestMethod]
    public async Task A_server_that_does_not_sync_is_detected() =>
        Assert.IsNotEmpty(await PowerCuts.Run(cuts: 3, program: FaultyServer.Program(FaultyServer.Unsynced)));
}
