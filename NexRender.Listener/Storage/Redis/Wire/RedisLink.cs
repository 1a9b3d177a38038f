using System.Collections.Concurrent;
using System.Text;

namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>
/// A connection to the primary that is opened when it is needed, and again after it broke. Used by one thread at a time.
/// </summary>
internal sealed class RedisLink(RedisAddress address) : IDisposable
{
    private const string NoScript = "NOSCRIPT";

    // What SCRIPT LOAD responded: the file has no SHA-1 of its own.
    private static readonly ConcurrentDictionary<string, string> Hashes = new(StringComparer.Ordinal);

    private readonly RespWriter _writer = new();
    private RespConnection? _connection;
    private bool? _confirmsSyncs;

    /// <summary>Sends commands and returns the reply to the last one.</summary>
    /// <exception cref="RedisException">Redis responds with an error.</exception>
    /// <exception cref="IOException">Redis cannot be reached, or the outcome is not known.</exception>
    public object? Call(RespWriter commands, TimeSpan timeout, int count = 1)
    {
        var until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        try
        {
            return Open(timeout).Call(commands, count, TimeSpan.FromMilliseconds(Math.Max(1, until - Environment.TickCount64)));
        }
        catch (RedisException e) when (!e.IsTransient)
        {
            throw;
        }
        catch
        {
            // Opened again, it may lead to another server.
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a command that is all text.</summary>
    public object? Call(TimeSpan timeout, params ReadOnlySpan<string> command) => Call(RespWriter.Of(command), timeout);

    /// <summary>Runs a script with arguments that are all text.</summary>
    public object? Run(string script, TimeSpan timeout, params string[] arguments) =>
        Run(script, timeout, arguments.Length, writer => Array.ForEach(arguments, argument => writer.Add(argument)));

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="timeout">The longest time until its reply.</param>
    /// <param name="count">The number of arguments.</param>
    /// <param name="write">Writes the arguments.</param>
    public object? Run(string script, TimeSpan timeout, int count, Action<RespWriter> write)
    {
        var hash = Hashes.TryGetValue(script, out var known) ? known : Load(script, timeout);
        _writer.Clear();
        _writer.Begin(count + 3);
        _writer.Add("EVALSHA");
        _writer.Add(hash);
        _writer.Add("0");
        write(_writer);
        try
        {
            return Call(_writer, timeout);
        }
        catch (RedisException e) when (e.Code == NoScript)
        {
            Load(script, timeout);
            return Call(_writer, timeout);
        }
    }

    /// <summary>Sends commands and passes on each reply; an error among them is thrown.</summary>
    public void CallEach(RespWriter commands, int count, TimeSpan timeout, Action<object?> receive)
    {
        try
        {
            var connection = Open(timeout);
            connection.Send(commands, timeout);
            for (var i = 0; i < count; i++) receive(connection.Read(Environment.TickCount64 + (long)timeout.TotalMilliseconds));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Returns a setting of Redis; <c>null</c> if it does not tell.</summary>
    public string? Setting(string name, TimeSpan timeout)
    {
        try
        {
            return Call(timeout, "CONFIG", "GET", name) is object?[] and [_, byte[] value] ? Encoding.UTF8.GetString(value) : null;
        }
        catch (RedisException)
        {
            // Not allowed, or renamed.
            return null;
        }
    }

    /// <summary>
    /// Returns true if Redis syncs each change before it replies, and can confirm that. Where it syncs every second, the confirmation would
    /// take as long, and where it never does, it would not come.
    /// </summary>
    public bool ConfirmsSyncs(TimeSpan timeout)
    {
        try
        {
            return _confirmsSyncs ??= Call(timeout, "COMMAND", "INFO", "WAITAOF") is object?[] and [object?[], ..]
                && Setting("appendonly", timeout) == "yes" && Setting("appendfsync", timeout) == "always";
        }
        catch (RedisException e) when (!e.IsTransient)
        {
            return false;
        }
    }

    /// <summary>
    /// Waits until replicas have everything that was changed by this connection, and the primary has synced it if it can tell.
    /// </summary>
    /// <exception cref="IOException">Too few of them have it in time, or the primary has not synced it.</exception>
    public void WaitForReplicas(int count, TimeSpan timeout)
    {
        if (count == 0) return;
        var isConfirmed = ConfirmsSyncs(timeout);
        // Redis responds at its timeout, which must be ahead of the connection's.
        var wait = (long)Math.Max(1, timeout.TotalMilliseconds * 3 / 4);
        var commands = RespWriter.Of("WAIT", $"{count}", $"{wait}");
        // It has been synced by now, or will not be for a while.
        if (isConfirmed) commands.Command("WAITAOF", "1", "0", $"{1 + (wait / 8)}");
        long replicas = 0, syncs = 0;
        CallEach(commands, isConfirmed ? 2 : 1, timeout, reply =>
        {
            if (reply is long number) replicas = number;
            else if (reply is object?[] and [long local, ..]) syncs = local;
        });
        if (replicas >= count && (syncs > 0 || !isConfirmed)) return;
        // The settings may have changed.
        _confirmsSyncs = null;
        throw new IOException(replicas < count ? $"{replicas} of {count} replicas have the change" : "Redis has not synced the change");
    }

    /// <summary>Closes the connection; the next call opens another one.</summary>
    public void Dispose()
    {
        _connection?.Dispose();
        (_connection, _confirmsSyncs) = (null, null);
    }

    private string Load(string script, TimeSpan timeout) =>
        Hashes[script] = Encoding.ASCII.GetString((byte[])Call(RespWriter.Of("SCRIPT", "LOAD", script), timeout)!);

    private RespConnection Open(TimeSpan timeout)
    {
        if (_connection is not null) return _connection;
        var place = address.Primary is null ? address.Hosts.FirstOrDefault() : Sentinels.Find(address.Hosts, address.Primary, timeout);
        var connection = RespConnection.Open(address.Socket, place, address.UsesTls, timeout);
        try
        {
            var greeting = new RespWriter();
            var count = 1;
            if (address.Password.Length > 0)
            {
                if (address.User.Length > 0) greeting.Command("AUTH", address.User, address.Password);
                else greeting.Command("AUTH", address.Password);
                count++;
            }
            greeting.Command("SELECT", $"{address.Database}");
            connection.Call(greeting, count, timeout);
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
