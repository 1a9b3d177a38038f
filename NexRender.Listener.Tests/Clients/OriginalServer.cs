using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Clients;

/// <summary>The original server, in the last version that was published as a package of its own, on a database file of the test.</summary>
internal sealed class OriginalServer : IAsyncDisposable
{
    private const string Script =
        """
        process.env.NEXRENDER_DATABASE = process.argv[1]
        const server = require('@nexrender/server').listen(0, '')
        server.on('listening', () => console.log('listening on ' + server.address().port))
        """;

    private readonly ChildProcess _process;

    private OriginalServer(ChildProcess process, int port)
    {
        _process = process;
        Client = new TestClient(port);
    }

    public TestClient Client { get; }

    public static async Task<OriginalServer> Start(string database)
    {
        var node = await NodeRunner.With("@nexrender/server@1.38.0");
        var process = node.Start(Script, database);
        try
        {
            var line = await process.Output.Line("listening on ");
            return new OriginalServer(process, int.Parse(line.Split(' ')[^1]));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }
}
