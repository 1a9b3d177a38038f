using System.Text;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>Sends batches with growing numbers, each of which Redis applies only behind the one before. Used by one thread.</summary>
internal sealed class RedisBatches(RedisLink link, RedisTerm term)
{
    private long _issued;

    /// <summary>The number of the batch up to which memory and Redis agree.</summary>
    public long Agreed { get; set; }

    /// <summary>Continues after the last batch in Redis.</summary>
    public void StartAfter(long number) => Agreed = _issued = number;

    /// <summary>Returns a number that no batch of this server had.</summary>
    public long NextNumber() => ++_issued;

    /// <summary>Sends a batch, also one that was sent before: Redis applies it once.</summary>
    /// <returns>The reply of <see cref="RedisScripts.Commit"/>.</returns>
    public string Send(RedisBatch changes, long number, bool needsMemory, TimeSpan timeout)
    {
        var status = link.Run(RedisScripts.Commit, timeout, (changes.Count * 3) + 5, writer =>
        {
            writer.Add(term.Fence);
            writer.Add(Agreed);
            writer.Add(number);
            writer.Add(needsMemory ? 1 : 0);
            writer.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            changes.WriteTo(writer);
        });
        return Encoding.ASCII.GetString((byte[])status!);
    }

    /// <summary>Sends a batch once, and records that it was applied.</summary>
    /// <exception cref="RedisException">It was not.</exception>
    public void Commit(RedisBatch changes, bool needsMemory, TimeSpan timeout)
    {
        var number = NextNumber();
        Check(Send(changes, number, needsMemory, timeout));
        Agreed = number;
    }

    /// <summary>Throws if a batch was not applied.</summary>
    public void Check(string status)
    {
        if (status == RedisScripts.Done) return;
        if (status != RedisScripts.Fenced) throw new RedisException("Redis has lost changes that it had acknowledged");
        term.Lose();
        throw new RedisException("another server leads");
    }

    /// <summary>Makes Redis expect the batch after this number, whatever it has.</summary>
    public void Begin(TimeSpan timeout)
    {
        var number = NextNumber();
        Check(Encoding.ASCII.GetString((byte[])link.Run(RedisScripts.Begin, timeout, term.Fence, $"{number}")!));
        Agreed = number;
    }
}
