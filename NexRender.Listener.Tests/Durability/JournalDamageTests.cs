using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class JournalDamageTests
{
    [TestMethod]
    public async Task A_journal_truncated_anywhere_gives_exactly_its_complete_records()
    {
        using var fixture = await JournalFixture.OfServer();
        for (var length = 0; length <= fixture.Journal.Length; length++)
        {
            fixture.WriteJournal(fixture.Journal.AsSpan(0, length));
            var reading = RecoveryResult.Of(fixture.Database);
            Assert.IsNull(reading.Refusal, $"Cut at {length}.");
            var whole = Math.Max(0, fixture.Ends.Count(end => end <= length) - 1);
            Assert.AreSequenceEqual(fixture.Changes.Take(whole), reading.Changes, $"Cut at {length}.");
            var rest = length - fixture.Ends.Where(end => end <= length).DefaultIfEmpty(0).Last();
            AssertTorn(fixture, reading, rest, $"Cut at {length}");
        }
    }

    [TestMethod]
    public void A_flipped_bit_never_gives_a_wrong_change_and_prevents_the_start_unless_it_is_in_the_last_record()
    {
        using var fixture = JournalFixture.Written(1, 3, 1, 2);
        var lastRecord = fixture.Ends[^2];
        for (var bit = 0; bit < fixture.Journal.Length * 8; bit++)
        {
            var damaged = fixture.Journal.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var what = $"Bit {bit % 8} of byte {bit / 8}";
            fixture.WriteJournal(damaged);
            var before = FolderImage.Of(fixture.Folder);
            var reading = RecoveryResult.Of(fixture.Database);
            if (bit / 8 < lastRecord)
            {
                Assert.IsNotNull(reading.Refusal, $"{what} was not noticed.");
                var good = fixture.Ends.Where(end => end <= bit / 8).DefaultIfEmpty(0).Last();
                Assert.Contains($"{fixture.JournalPath} is damaged at byte {good}", reading.Refusal, what);
                Assert.Contains("--recover", reading.Refusal, what);
                before.AssertSame(FolderImage.Of(fixture.Folder), what);
            }
            else
            {
                Assert.IsNull(reading.Refusal, what);
                Assert.AreSequenceEqual(fixture.Changes.SkipLast(1), reading.Changes, what);
                AssertTorn(fixture, reading, fixture.Journal.Length - lastRecord, what);
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(511)]
    [DataRow(512)]
    [DataRow(4096)]
    [DataRow(3 << 20)]
    public void Zeros_at_the_end_were_written_ahead_and_are_truncated_silently(int count)
    {
        using var fixture = JournalFixture.Written(2, 2);
        fixture.WriteJournal([.. fixture.Journal, .. new byte[count]]);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.AreSequenceEqual(fixture.Changes, reading.Changes);
        AssertTorn(fixture, reading, 0, "Zeros");
        Assert.AreEqual(fixture.Journal.Length, new FileInfo(fixture.JournalPath).Length);
    }

    [TestMethod]
    public void The_part_of_a_torn_write_before_the_zeros_is_saved()
    {
        using var fixture = JournalFixture.Written(2, 2);
        var torn = fixture.Journal[..^10];
        fixture.WriteJournal([.. torn, .. new byte[5000]]);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.AreSequenceEqual(fixture.Changes.SkipLast(1), reading.Changes);
        AssertTorn(fixture, reading, torn.Length - fixture.Ends[^2], "A torn record");
    }

    [TestMethod]
    public void A_last_batch_whose_end_reached_the_disk_before_its_middle_is_truncated()
    {
        using var fixture = JournalFixture.Written(1, 60);
        var damaged = fixture.Journal.ToArray();
        damaged.AsSpan(1024, 512).Clear();
        fixture.WriteJournal(damaged);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.IsNull(reading.Refusal);
        var good = fixture.Ends.Last(end => end <= 1024);
        Assert.AreSequenceEqual(fixture.Changes.Take(fixture.Ends.IndexOf(good)), reading.Changes);
        AssertTorn(fixture, reading, damaged.Length - good, "A torn batch");
    }

    [TestMethod]
    public void A_last_batch_of_which_only_the_start_is_missing_is_truncated()
    {
        // The batch before ends within a sector: the part of the next batch in that sector is missing, the rest is there.
        using var fixture = JournalFixture.Written(1, 60);
        var good = fixture.Ends[1];
        Assert.AreNotEqual(0, good % 512);
        var damaged = fixture.Journal.ToArray();
        damaged.AsSpan(good, 512 - good).Clear();
        fixture.WriteJournal(damaged);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.IsNull(reading.Refusal);
        Assert.AreSequenceEqual(fixture.Changes.Take(1), reading.Changes);
        AssertTorn(fixture, reading, damaged.Length - good, "A torn batch");
    }

    [TestMethod]
    public void Zeros_before_a_later_batch_prevent_the_start()
    {
        using var fixture = JournalFixture.Written(1, 60, 1);
        var damaged = fixture.Journal.ToArray();
        damaged.AsSpan(1024, 512).Clear();
        AssertRefused(fixture, damaged, fixture.Ends.Last(end => end <= 1024));
    }

    [TestMethod]
    public void A_missing_record_prevents_the_start()
    {
        using var fixture = JournalFixture.Written(1, 1, 1, 1);
        AssertRefused(fixture, [.. fixture.Journal[..fixture.Ends[1]], .. fixture.Journal[fixture.Ends[2]..]], fixture.Ends[1]);
    }

    [TestMethod]
    public void A_repeated_record_prevents_the_start()
    {
        using var fixture = JournalFixture.Written(1, 1, 1);
        AssertRefused(fixture, [.. fixture.Journal[..fixture.Ends[2]], .. fixture.Journal[fixture.Ends[1]..]], fixture.Ends[2]);
    }

    [TestMethod]
    public void A_torn_tail_is_reported_once_and_gone_at_the_next_start()
    {
        using var fixture = JournalFixture.Written(1, 1);
        fixture.WriteJournal(fixture.Journal.AsSpan(0, fixture.Journal.Length - 1));
        var first = RecoveryResult.Of(fixture.Database);
        var second = RecoveryResult.Of(fixture.Database);
        Assert.AreSequenceEqual(first.Changes, second.Changes);
        Assert.Contains(report => report.Contains("truncated"), first.Reports);
        Assert.DoesNotContain(report => report.Contains("truncated"), second.Reports);
        Assert.HasCount(1, Directory.GetFiles(fixture.Folder, "*.torn-*"));
    }

    private static void AssertRefused(JournalFixture fixture, byte[] damaged, int offset)
    {
        fixture.WriteJournal(damaged);
        var before = FolderImage.Of(fixture.Folder);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.IsNotNull(reading.Refusal);
        Assert.Contains($"{fixture.JournalPath} is damaged at byte {offset}", reading.Refusal);
        before.AssertSame(FolderImage.Of(fixture.Folder), "A refused start");
    }

    // What is truncated is reported and saved in a file of its own.
    private static void AssertTorn(JournalFixture fixture, RecoveryResult reading, int length, string what)
    {
        var kept = Directory.GetFiles(fixture.Folder, "*.torn-*");
        Assert.HasCount(length == 0 ? 0 : 1, kept, what);
        Assert.AreEqual(length > 0, reading.Reports.Any(report => report.Contains($"{length} bytes")), what);
        if (length > 0) Assert.AreEqual(length, new FileInfo(kept[0]).Length, what);
        fixture.RemoveTorn();
    }
}
