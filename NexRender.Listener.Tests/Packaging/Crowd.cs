using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>Many simultaneous connections, each with an incomplete request.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly List<RawClient> _clients = [];

    public static async Task<Crowd> Of(int count, int port)
    {
        var crowd = new Crowd();
        for (var i = 0; i < count; i++)
        {
            var client = await RawClient.Connect(port);
            crowd._clients.Add(client);
            await client.Send("GET /api/v1/jobs HTTP/1.1\r\n");
        }

        return crowd;
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }
}
