using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;

namespace NexRender.Listener.Tests.Lists;

/// <summary>The index by state keeps its order, whatever is added and removed.</summary>
[TestClass]
public sealed class OrderedEntriesTests
{
    private static readonly Job Any = Job.From(JsonObject.Parse("""{"uid":"a","state":"queued"}"""u8.ToArray(), JsonObject.StoredDepth));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void It_agrees_with_a_sorted_set(int seed)
    {
        var random = new Random(seed);
        var (entries, model) = (new OrderedEntries(), new SortedDictionary<long, JobEntry>());
        for (var i = 0; i < 20_000; i++)
        {
            // It grows to some thousands, over several blocks, and shrinks again.
            var isGrowing = i < 12_000 ? random.Next(4) > 0 : random.Next(4) == 0;
            long order = random.Next(1, 10_000);
            if (isGrowing && !model.ContainsKey(order))
            {
                var entry = model[order] = new JobEntry(Any, order);
                entries.Add(entry);
            }
            else if (model.Remove(order, out var known))
            {
                entries.Remove(known);
            }
            if (i % 500 != 0) continue;
            long place = random.Next(0, 10_001);
            Assert.AreEqual(model.Count, entries.Count);
            CollectionAssert.AreEqual(
                model.Keys.Where(key => key > place).ToList(), entries.After(place).Select(entry => entry.Order).ToList());
            CollectionAssert.AreEqual(
                model.Keys.Where(key => key < place).Reverse().ToList(), entries.Before(place).Select(entry => entry.Order).ToList());
        }
    }

    [TestMethod]
    public void New_entries_at_the_end_fill_their_blocks()
    {
        var entries = new OrderedEntries();
        for (var order = 1; order <= 10_000; order++) entries.Add(new JobEntry(Any, order));
        Assert.AreEqual(10_000, entries.After(0).Count());
        Assert.AreEqual(10_000, entries.Before(long.MaxValue).First().Order);
    }
}
