using System.Text;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A database of one job and a journal, written by the product, in a folder of its own; to be damaged.</summary>
internal sealed class JournalFixture : IDisposable
{
    private readonly TempFolder _folder = new();

    private JournalFixture()
    {
    }

    public string Database => _folder.File("database.js");

    public string JournalPath => Database + ".journal";

    public string Folder => _folder.Path;

    /// <summary>The journal as it was written, without the zeros that were written ahead.</summary>
    public byte[] Journal { get; private set; } = [];

    /// <summary>Where each record ends; the first is the end of the header.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>The changes of the journal, as a <see cref="Reading"/> shows them.</summary>
    public IReadOnlyList<string> Changes { get; private set; } = [];

    /// <param name="batches">How many records each batch has.</param>
    public static JournalFixture Written(params int[] batches)
    {
        var fixture = new JournalFixture();
        var disk = new QuickDisk();
        var number = 0;
        using (var journal = Storage.Journal.JournalFile.Create(disk, fixture.JournalPath, 41, jobs: 1))
        {
            foreach (var size in batches)
            {
                journal.Write([.. Enumerable.Range(0, size).Select(_ => Change(number++))]);
                journal.Flush();
            }
        }

        File.WriteAllText(fixture.Database, "[\n{\"uid\":\"first\"}\n]\n");
        fixture.Take();
        return fixture;
    }

    /// <summary>The journal of a real server that was killed after some requests.</summary>
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

    /// <summary>What was set aside of the journal is gone again, for the next damage.</summary>
    public void RemoveTorn()
    {
        foreach (var path in Directory.GetFiles(Folder, "*.torn-*")) File.Delete(path);
    }

    public void Dispose() => _folder.Dispose();

    private static JournalRecord Change(int number)
    {
        var kind = (RecordKind)(number % 3);
        return new JournalRecord(kind, Encoding.UTF8.GetBytes(kind == RecordKind.Remove ? $"\"job{number - 2}\"" : $"{{\"uid\":\"job{number}\"}}"));
    }

    private void Take()
    {
        var written = File.ReadAllBytes(JournalPath);
        Journal = written[..(written.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
        Assert.IsLessThan(written.Length, Journal.Length, "Nothing was written ahead.");
        for (var i = 0; i < Journal.Length; i++)
            if (Journal[i] == '\n') Ends.Add(i + 1);
        Changes = Reading.Of(Database).Changes;
        Assert.HasCount(Ends.Count - 1, Changes);
    }
}
