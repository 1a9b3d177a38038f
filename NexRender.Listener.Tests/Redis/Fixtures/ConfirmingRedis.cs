using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A Redis that knows WAITAOF, as versions from 7.2 on do: passes on everything else to one that may be older.</summary>
internal sealed class ConfirmingRedis : IAsyncDisposable
{
    private readonly RedisServer _redis;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public ConfirmingRedis(RedisServer redis)
    {
        _redis = redis;
        _listener.Start();
        _ = Accept();
    }

    public string Url => $"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>True if it confirms that changes were synced.</summary>
    public bool Confirms { get; set; } = true;

    /// <summary>The arguments of the last WAITAOF but for its time; <c>null</c> if there was none.</summary>
    public string? Asked { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task Serve(TcpClient near)
    {
        using var connection = near;
        try
        {
            using var far = await _redis.Connect();
            var stream = near.GetStream();
            while (await ReadCommand(stream) is { } command)
                await stream.WriteAsync(Encoding.UTF8.GetBytes(await Answer(far, command)), _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // A peer has gone.
        }
    }

    private async Task<string> Answer(RedisClient far, string[] command)
    {
        if (command is ["COMMAND", "INFO", "WAITAOF"]) return "*1\r\n*1\r\n$7\r\nwaitaof\r\n";
        if (command[0] == "WAITAOF")
        {
            Asked = $"{command[1]} {command[2]}";
            return $"*2\r\n:{(Confirms ? 1 : 0)}\r\n:0\r\n";
        }
        try
        {
            return Encode(await far.Send(command));
        }
        catch (RedisException e)
        {
            return $"-{e.Message}\r\n";
        }
    }

    private static string Encode(object? reply) => reply switch
    {
        null => "$-1\r\n",
        long number => $":{number}\r\n",
        object?[] items => $"*{items.Length}\r\n{string.Concat(items.Select(Encode))}",
        _ => $"${Encoding.UTF8.GetByteCount($"{reply}")}\r\n{reply}\r\n",
    };

    private async Task<string[]?> ReadCommand(NetworkStream stream)
    {
        if (await ReadNumber(stream, '*') is not { } count) return null;
        var words = new string[count];
        for (var i = 0; i < count; i++)
        {
            var word = new byte[(await ReadNumber(stream, '$'))!.Value + 2];
            await stream.ReadExactlyAsync(word, _stop.Token);
            words[i] = Encoding.UTF8.GetString(word, 0, word.Length - 2);
        }
        return words;
    }

    private async Task<int?> ReadNumber(NetworkStream stream, char kind)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            line.Add(one[0]);
        }
        Assert.AreEqual(kind, (char)line[0]);
        return int.Parse(Encoding.ASCII.GetString([.. line[1..^2]]), CultureInfo.InvariantCulture);
    }
}
