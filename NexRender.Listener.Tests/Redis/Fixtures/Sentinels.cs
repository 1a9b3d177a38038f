using System.Net.Sockets;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>Three sentinels that watch a primary and its replica; two of them decide.</summary>
internal sealed class Sentinels : IAsyncDisposable
{
    public const string Name = "farm";

    private const int Count = 3;

    private readonly TempFolder _folder = new();
    private readonly ChildProcess[] _processes = new ChildProcess[Count];

    public int[] Ports { get; } = new int[Count];

    public string Url => $"redis+sentinel://{string.Join(',', Ports.Select(port => $"127.0.0.1:{port}"))}/{Name}";

    /// <summary>Starts them, and waits until all know each other and the replica.</summary>
    /// <param name="primary">The primary, which has one replica.</param>
    /// <param name="downAfter">The time without an answer after which the primary counts as down, in milliseconds.</param>
    public static async Task<Sentinels> Start(RedisServer primary, int downAfter = 500)
    {
        var sentinels = new Sentinels();
        try
        {
            for (var i = 0; i < Count; i++) sentinels.Launch(i, primary, downAfter);
            for (var i = 0; i < Count; i++)
            {
                var index = i;
                await Eventually.True(() => sentinels.KnowsAll(index), "all sentinels know each other and the replica");
            }
            return sentinels;
        }
        catch
        {
            await sentinels.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the port of the primary as a sentinel knows it.</summary>
    public async Task<int> Primary(int sentinel = 0)
    {
        using var client = await RedisClient.Connect(Ports[sentinel]);
        return int.Parse((await client.List("SENTINEL", "get-master-addr-by-name", Name))[1]);
    }

    /// <summary>Makes the replica the primary, and waits until all sentinels know.</summary>
    public async Task Failover()
    {
        var before = await Primary();
        using (var client = await RedisClient.Connect(Ports[0])) await client.Send("SENTINEL", "FAILOVER", Name);
        await HasMovedFrom(before);
    }

    /// <summary>Waits until all sentinels name another primary.</summary>
    public async Task HasMovedFrom(int port)
    {
        for (var i = 0; i < Count; i++)
        {
            var index = i;
            await Eventually.True(async () => await Primary(index) != port, "the sentinels name another primary");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            if (process is not null) await process.DisposeAsync();
        _folder.Dispose();
    }

    private void Launch(int index, RedisServer primary, int downAfter)
    {
        Ports[index] = Support.Ports.Free();
        var folder = Directory.CreateDirectory(_folder.File($"{index}")).FullName;
        var file = Path.Combine(folder, "sentinel.conf");
        var password = primary.Password is null ? "" : $"sentinel auth-pass {Name} {primary.Password}";
        File.WriteAllText(file,
            $"""
            bind 127.0.0.1
            port {Ports[index]}
            dir {folder}
            sentinel monitor {Name} 127.0.0.1 {primary.Port} 2
            sentinel down-after-milliseconds {Name} {downAfter}
            sentinel failover-timeout {Name} 3000
            {password}

            """);
        _processes[index] = RedisServer.Launch(["redis-server", file, "--sentinel"], folder);
    }

    private async Task<bool> KnowsAll(int index)
    {
        try
        {
            using var client = await RedisClient.Connect(Ports[index]);
            var fields = await client.List("SENTINEL", "MASTER", Name);
            return Field("num-other-sentinels") == $"{Count - 1}" && Field("num-slaves") == "1";

            string Field(string name) => fields[Array.IndexOf(fields, name) + 1];
        }
        catch (Exception e) when (e is SocketException or IOException or RedisException)
        {
            return false;
        }
    }
}
