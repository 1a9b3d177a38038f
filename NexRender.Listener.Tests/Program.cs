using Microsoft.Testing.Platform.Builder;
using NexRender.Listener.Tests.Bench;
using NexRender.Listener.Tests.Bench.Servers;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Gate.Differential;

namespace NexRender.Listener.Tests;

/// <summary>
/// The entry point of the test executable: the tests, or what a verb names: the benchmark, the soak, the fuzz, servers for tests.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [BenchCommand.Verb, ..]) return BenchCommand.Run(args.AsSpan(1));
        if (args is [EchoServer.Verb, var port]) return await EchoServer.RunAsync(port);
        if (args is [Soak.Verb, .. var rounds]) return await Soak.Run(rounds);
        if (args is [Fuzz.Verb, .. var options]) return await Fuzz.Run(options);
        if (args is [FaultyServer.Verb, var fault, .. var arguments]) return await FaultyServer.Run(fault, arguments);
        if (args is [SweepingServer.Verb, .. var swept]) return await SweepingServer.Run(swept);

        var builder = await TestApplication.CreateBuilderAsync(args);
        SelfRegisteredExtensions.AddSelfRegisteredExtensions(builder, args);
        using var app = await builder.BuildAsync();
        return await app.RunAsync();
    }
}
