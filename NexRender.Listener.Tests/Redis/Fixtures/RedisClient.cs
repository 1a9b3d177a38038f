using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A connection to Redis, independent of the server's own client.</summary>
internal sealed class RedisClient : IDisposable
{
    private readonly TcpClient _connection;
    private readonly BufferedStream _stream;

    private RedisClient(TcpClient connection) => (_connection, _stream) = (connection, new BufferedStream(connection.GetStream()));

    public static async Task<RedisClient> Connect(int port, string? password = null)
    {
        var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port);
            var client = new RedisClient(connection);
            if (password is not null) await client.Send("AUTH", password);
            return client;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The reply: a string, a number, <c>null</c> or an array of these.</returns>
    /// <exception cref="RedisException">The reply is an error.</exception>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async Task<object?> Send(params string[] command)
    {
        var bytes = new StringBuilder($"*{command.Length}\r\n");
        foreach (var part in command) bytes.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(bytes.ToString()));
        await _stream.FlushAsync();
        return await Read();
    }

    public async Task<string> Text(params string[] command) => (await Send(command))?.ToString() ?? "";

    /// <summary>Sends a command whose reply is an array, and returns its items.</summary>
    public async Task<string[]> List(params string[] command) =>
        [.. ((object?[])(await Send(command))!).Select(item => item?.ToString() ?? "")];

    /// <summary>Returns a field of INFO; empty if there is none.</summary>
    public async Task<string> Info(string name)
    {
        var lines = (await Text("INFO", "all")).Split("\r\n");
        return lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
    }

    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    private async Task<object?> Read()
    {
        var line = await ReadLine();
        var rest = line[1..];
        switch (line[0])
        {
            case '+': return rest;
            case '-': throw new RedisException(rest);
            case ':': return long.Parse(rest, CultureInfo.InvariantCulture);
            case '$':
                var length = int.Parse(rest, CultureInfo.InvariantCulture);
                if (length < 0) return null;
                var bytes = new byte[length + 2];
                await _stream.ReadExactlyAsync(bytes);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case '*':
                var count = int.Parse(rest, CultureInfo.InvariantCulture);
                if (count < 0) return null;
                var items = new object?[count];
                for (var i = 0; i < count; i++) items[i] = await Read();
                return items;
            default: throw new IOException($"unexpected reply: {line}");
        }
    }

    private async Task<string> ReadLine()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            if (await _stream.ReadAsync(one) == 0) throw new IOException("the connection to Redis has ended");
            line.Add(one[0]);
        }
        return Encoding.UTF8.GetString([.. line[..^2]]);
    }
}
