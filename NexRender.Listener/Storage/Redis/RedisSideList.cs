using System.Text;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>A short list of JSON objects in a key of its own.</summary>
internal sealed class RedisSideList(RedisLink link, RedisOptions options, RedisTerm term, string key) : ISideFile
{
    // One link for all of them.
    private byte[][] _content = [];

    public IReadOnlyList<byte[]> Read()
    {
        try
        {
            lock (link)
            {
                var items = (object?[])link.Call(options.Timeout, "LRANGE", key, "0", "-1")!;
                return _content = [.. items.OfType<byte[]>()];
            }
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            throw new StorageException(StorageProblem.Other, $"cannot read {key} of {options.Address}: {StorageFailure.OneLine(e)}", e);
        }
    }

    public void Delete() => TryWrite([]);

    public StorageFailure? TryWrite(byte[][] items)
    {
        try
        {
            lock (link)
            {
                var status = (byte[])link.Run(RedisScripts.Replace, options.Timeout, items.Length + 2, writer =>
                {
                    writer.Add(term.Fence);
                    writer.Add(key);
                    foreach (var item in items) writer.Add(item);
                })!;
                if (Encoding.ASCII.GetString(status) is not RedisScripts.Done and var refused)
                    return new StorageFailure($"Redis responds {refused}", IsDiskFull: false);
                link.WaitForReplicas(options.Replicas, options.Timeout);
                _content = items;
                return null;
            }
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            return new StorageFailure($"Redis: {StorageFailure.OneLine(e)}", e is RedisException { Code: "OOM" });
        }
    }

    /// <summary>Writes the list again, because Redis has lost it.</summary>
    public void WriteAgain() => TryWrite(_content);
}
