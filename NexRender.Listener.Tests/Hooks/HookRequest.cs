using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>A request that a receiver got; it hangs until it is answered.</summary>
internal sealed record HookRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body, Socket Connection)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    public string Uid => Text("uid");

    public string Text(string member) => Json.GetProperty(member).ToString();

    /// <summary>Answers like <see cref="Answer"/>; returns false if the sender has gone.</summary>
    public async Task<bool> TryAnswer(int status)
    {
        // Readable means closed: the sender waits for the answer.
        var isThere = !Connection.Poll(0, SelectMode.SelectRead);
        try
        {
            await Answer(status);
            return isThere;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Answers and closes the connection.</summary>
    /// <param name="status">The status.</param>
    /// <param name="header">A header line with its end; empty for none.</param>
    public async Task Answer(int status, string header = "")
    {
        await Connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Text\r\n{header}Content-Length: 2\r\n\r\nok"));
        Connection.Dispose();
    }
}
