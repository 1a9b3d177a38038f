using System.Text.Json;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>The Redis of all tests that run on the store in Redis instead of the file, with a database for each of them.</summary>
[TestClass]
public static class SharedRedis
{
    /// <summary>The category of tests that are about the file, and that do not say so by their options.</summary>
    public const string File = "File";

    private static readonly SemaphoreSlim OneStart = new(1);
    private static RedisServer? _server;
    private static int _databases;

    /// <summary>True to test the server with its jobs in Redis (NEXRENDER_TEST_STORE=redis).</summary>
    internal static bool IsUsed { get; } = Environment.GetEnvironmentVariable("NEXRENDER_TEST_STORE") == "redis";

    /// <summary>Returns the address of an empty database, or of one with jobs that a server has stored.</summary>
    /// <param name="jobs">The contents of a database file; <c>null</c> for none.</param>
    internal static async Task<string> NewDatabase(string? jobs)
    {
        await OneStart.WaitAsync();
        try
        {
            _server ??= await RedisServer.Start("--databases", "20000", "--appendonly", "no");
        }
        finally
        {
            OneStart.Release();
        }
        var database = $"{Interlocked.Increment(ref _databases)}";
        if (jobs is not null) await Store(database, jobs);
        return $"{_server.Url}/{database}";
    }

    [AssemblyCleanup]
    public static async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private static async Task Store(string database, string jobs)
    {
        using var client = await _server!.Connect();
        await client.Send("SELECT", database);
        foreach (var (index, job) in JsonDocument.Parse(jobs).RootElement.EnumerateArray().Index())
        {
            var uid = job.GetProperty("uid").ToString();
            // The line feed is the mark of a job that this server has stored.
            await client.Send("SET", $"nexjob:{uid}", job.GetRawText() + "\n");
            await client.Send("ZADD", "nexrender:order", $"{index + 1}", uid);
        }
    }
}
