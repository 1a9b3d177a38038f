using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NexRender.Listener.Network;

namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>A connection to a Redis that sends commands, as many at once as it is given, and reads their replies in order.</summary>
/// <remarks>Used by one thread at a time. Every wait has an end: after one that failed the connection is closed by its owner.</remarks>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    private RespConnection(Socket socket, Stream stream) => (_socket, _stream) = (socket, stream);

    /// <summary>Connects to a socket of the system, or to a host and a port.</summary>
    /// <exception cref="IOException">The connection could not be opened in time.</exception>
    public static RespConnection Open(string? path, (string Host, int Port) host, bool usesTls, TimeSpan timeout)
    {
        // Connected in the blocking way, so that a reply wakes the thread that waits for it and no other.
        var socket = path is null ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var isLate = false;
        try
        {
            var addresses = path is null ? Resolve(host.Host, timeout) : [];
            using var timer = new Timer(
                _ =>
                {
                    isLate = true;
                    socket.Dispose();
                },
                null, timeout, Timeout.InfiniteTimeSpan);
            if (path is null) socket.Connect(addresses, host.Port);
            else socket.Connect(new UnixDomainSocketEndPoint(path));
            return new RespConnection(socket, OpenStream(socket, host.Host, usesTls, timeout));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ArgumentException or IOException or AggregateException
            or System.Security.Authentication.AuthenticationException)
        {
            socket.Dispose();
            throw new IOException(isLate ? "it does not respond" : StorageFailure.OneLine(e.GetBaseException()), e);
        }
    }

    /// <summary>Sends commands and returns the reply to the last one; an error in reply to any of them is thrown.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="count">Their number.</param>
    /// <param name="timeout">The longest time that all of it may take.</param>
    /// <returns>A text or a value as bytes, a number as <see cref="long"/>, an array of these, or <c>null</c>.</returns>
    /// <exception cref="RedisException">Redis responds with an error.</exception>
    /// <exception cref="IOException">The connection broke or the time has passed: the outcome is not known.</exception>
    public object? Call(RespWriter commands, int count, TimeSpan timeout)
    {
        Send(commands, timeout);
        var until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        object? reply = null;
        RedisException? error = null;
        for (var i = 0; i < count; i++)
        {
            try
            {
                reply = Read(until);
            }
            catch (RedisException e)
            {
                // The other replies are read all the same, so that the connection stays in step.
                error ??= e;
            }
        }
        return error is null ? reply : throw error;
    }

    /// <summary>Sends commands whose replies are read later.</summary>
    public void Send(RespWriter commands, TimeSpan timeout)
    {
        _stream.WriteTimeout = Math.Max(1, (int)timeout.TotalMilliseconds);
        _stream.Write(commands.Written.Span);
    }

    /// <summary>Reads a reply until a time of <see cref="Environment.TickCount64"/>.</summary>
    public object? Read(long until)
    {
        var line = ReadLine(until);
        var rest = line.AsSpan(Math.Min(1, line.Length));
        switch (line.Length == 0 ? ' ' : (char)line[0])
        {
            case '+':
                return rest.ToArray();
            case '-':
                throw new RedisException(Encoding.UTF8.GetString(rest));
            case ':':
                return Integer(rest);
            case '$':
                return Integer(rest) is var length and >= 0 ? ReadBulk((int)length, until) : null;
            case '*':
                return Integer(rest) is var count and >= 0 ? ReadArray((int)count, until) : null;
            default:
                throw new IOException("it does not speak the protocol of Redis");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static Stream OpenStream(Socket socket, string host, bool usesTls, TimeSpan timeout)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
#if WITHOUT_TLS
        _ = (host, usesTls, timeout);
        return stream;
#else
        if (!usesTls) return stream;
        (stream.ReadTimeout, stream.WriteTimeout) = ((int)timeout.TotalMilliseconds, (int)timeout.TotalMilliseconds);
        var secure = new System.Net.Security.SslStream(stream);
        secure.AuthenticateAsClient(host);
        return secure;
#endif
    }

    private static IPAddress[] Resolve(string host, TimeSpan timeout)
    {
        var resolving = HostConnection.ResolveAsync(host, CancellationToken.None);
        return resolving.Wait(timeout) ? resolving.Result : throw new IOException($"the name {host} was not resolved in time");
    }

    private static long Integer(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out _) ? number : throw new IOException("it does not speak the protocol of Redis");

    // An error inside of an array is no error of the command: its text takes the place of the value.
    private object?[] ReadArray(int count, long until)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                items[i] = Read(until);
            }
            catch (RedisException e)
            {
                items[i] = e;
            }
        }
        return items;
    }

    private byte[] ReadBulk(int length, long until)
    {
        var bulk = GC.AllocateUninitializedArray<byte>(length);
        for (var got = 0; got < length;)
        {
            if (_start == _end) Fill(until);
            var piece = Math.Min(length - got, _end - _start);
            _buffer.AsSpan(_start, piece).CopyTo(bulk.AsSpan(got));
            _start += piece;
            got += piece;
        }
        ReadLine(until);
        return bulk;
    }

    private byte[] ReadLine(long until)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0) Fill(until);
        var line = _buffer.AsSpan(_start, length).TrimEnd((byte)'\r').ToArray();
        _start += length + 1;
        return line;
    }

    private void Fill(long until)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var left = until - Environment.TickCount64;
        if (left <= 0) throw new IOException("it does not respond");
        _stream.ReadTimeout = (int)left;
        int read;
        try
        {
            // No line of Redis is as long as the buffer.
            read = _end == _buffer.Length ? 0 : _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock })
        {
            throw new IOException("it does not respond", e);
        }
        if (read == 0) throw new IOException("it closed the connection");
        _end += read;
    }
}
