using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class RefusedChangeTests
{
    private const int NoSpace = 28;

    [TestMethod]
    public async Task A_change_refused_while_the_server_stopped_is_not_in_the_final_checkpoint()
    {
        using var folder = new TempFolder();
        var disk = new GatedDisk();
        string? refusal;
        await using (var store = Embedded.Open(folder.File("database.js"), new StorageOptions { Disk = disk }))
        {
            Assert.IsNull(await store.Create("kept"));
            disk.Close();
            var refused = store.Create("refused");
            await disk.Held;
            var stopping = store.DisposeAsync();
            // The write is repeated once, after the reserve has been released.
            disk.Open(new IOException("full", NoSpace), times: 2);
            refusal = await refused;
            await stopping;
        }

        Assert.IsNotNull(refusal);
        Assert.AreSequenceEqual(["kept"], await Embedded.Uids(folder.File("database.js")));
    }
}
