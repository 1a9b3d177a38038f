using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Redis;

/// <summary>The storage of a server that stands by: it holds nothing and accepts nothing, because another server leads.</summary>
/// <param name="location">The place of the jobs, for people.</param>
internal sealed class StandbyStorage(string location) : IServerStorage, ISideFile
{
    private static readonly StorageFailure StandsBy = new("this server stands by", IsDiskFull: false);
    private static readonly Task<StorageFailure?> Durable = Task.FromResult<StorageFailure?>(null);

    public string Location => location;

    public string Survives => "nothing: this server stands by";

    public bool IsStandby => true;

    public StorageFailure? HealthProblem => StandsBy;

    public bool IsCheckpointing => false;

    public long LastSequence => 0;

    public long DurableSequence => 0;

    public long JournalLength => 0;

    public ISideFile Farm => this;

    public ISideFile Hooks => this;

    public bool TakesDeltas => false;

    public void Recover(IJournaledState state)
    {
        // There is nothing.
    }

    public StorageFailure? GetRefusal(bool isNewJob) => StandsBy;

    public Batch Append(in JournalRecord record, out long sequence) => throw new InvalidOperationException(StandsBy.Reason);

    public long BeginGroup() => 0;

    public bool IsIntact(long group) => false;

    public void EndGroup(long group)
    {
        // None was begun.
    }

    public Task<StorageFailure?> WhenDurableAsync(long sequence) => Durable;

    public IReadOnlyList<byte[]> Read() => [];

    public void Delete()
    {
        // There is nothing.
    }

    public StorageFailure? TryWrite(byte[][] items) => StandsBy;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
