using System.Text;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>A database of one job and a journal, written by the product in a folder of its own, to be damaged.</summary>
internal sealed class JournalFixture : IDisposable
{
    private readonly TempFolder _folder = new();

    private JournalFixture()
    {
    }

    public string Database => _folder.File("database.js");

    public string JournalPath => Database + ".journal";

    public string Folder => _folder.Path;

    /// <summary>The journal as it was written, without the zeros written ahead.</summary>
    public byte[] Journal { get; private set; } = [];

    /// <summary>The offset of the end of each record; the first is the end of the header.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>The changes of the journal in the form of <see cref="RecoveryResult.Changes"/>.</summary>
    public IReadOnlyList<string> Changes { get; private set; } = [];

    /// <param name="batches">The number of records of each batch.</param>
    public static JournalFixture Written(params int[] batches)
    {
        var fixture = new JournalFixture();
        var folder = new DatabaseFolder(new DatabasePaths(fixture.Database), new QuickDisk(), StorageLog.None);
        var mark = folder.Publish(fixture.Database, ["{\"uid\":\"first\"}"u8.ToArray()]);
        var number = 0;
        using (var journal = JournalFile.Create(folder, 1, new JournalHeader(41, Jobs: 1, mark)))
        {
            foreach (var size in batches)
            {
                journal.Write([.. Enumerable.Range(0, size).Select(_ => Change(number++))]);
                journal.Sync();
            }
        }
        fixture.Take();
        return fixture;
    }

    /// <summary>Returns the journal of a real server that was killed after some requests.</summary>
    public static async Task<JournalFixture> OfServer()
    {
        var fixture = new JournalFixture();
        await using (var server = await Victim.Start(fixture.Database))
        {
            var client = new LedgerClient(new Ledger(), server.Client, "c");
            await client.Create();
            await client.Create();
            await client.Work(updates: 2);
            await client.Remove(0);
            server.Kill();
        }

        fixture.Take();
        return fixture;
    }

    public void WriteJournal(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(JournalPath, bytes.ToArray());

    /// <summary>Deletes the saved tails before the next damage.</summary>
    public void RemoveTorn()
    {
        foreach (var path in Directory.GetFiles(Folder, "*.torn-*")) File.Delete(path);
    }

    public void Dispose() => _folder.Dispose();

    private static JournalRecord Change(int number)
    {
        var kind = (RecordKind)(number % 4);
        var json = kind switch
        {
            RecordKind.Remove => $"\"job{number - 2}\"",
            RecordKind.Update => $"{number:x8} {number + 1:x8} \"job{number}\" {{\"n\":{number}}} [\"m\"]",
            _ => $"{{\"uid\":\"job{number}\"}}",
        };
        return new JournalRecord(kind, Encoding.UTF8.GetBytes(json));
    }

    private void Take()
    {
        var written = File.ReadAllBytes(JournalPath);
        Journal = written[..(written.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
        Assert.IsLessThan(written.Length, Journal.Length, "Nothing was written ahead.");
        for (var i = 0; i < Journal.Length; i++)
            if (Journal[i] == '\n') Ends.Add(i + 1);
        Changes = RecoveryResult.Of(Database).Changes;
        Assert.HasCount(Ends.Count - 1, Changes);
    }
}
