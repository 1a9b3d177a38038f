using System.Net;
using System.Net.Sockets;
using System.Text;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>The line between a server and its Redis, which can be cut, go silent, or lose a command or its reply.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private int _target;
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private TcpListener? _listener;
    private TaskCompletionSource _mayForward = Released();
    private TaskCompletionSource _mayReply = Released();
    private (LostPart Part, string Text, TaskCompletionSource Lost)? _loss;
    private (string Text, TaskCompletionSource Held)? _hold;

    /// <param name="target">The port of Redis.</param>
    public CuttingProxy(int target)
    {
        _target = target;
        Listen(0);
    }

    public int Port { get; private set; }

    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Breaks the connections, and leads new ones to another Redis.</summary>
    public void MoveTo(int target)
    {
        Cut();
        _target = target;
        Restore();
    }

    /// <summary>Closes all connections and refuses new ones.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _listener?.Stop();
            _listener = null;
            foreach (var connection in _open) connection.Close();
            _open.Clear();
        }
    }

    /// <summary>Holds what goes into a direction; connections stay open, and new ones are accepted.</summary>
    public void Hold(LostPart part)
    {
        if (part == LostPart.Command) _mayForward = new(TaskCreationOptions.RunContinuationsAsynchronously);
        else _mayReply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Holds all commands from the next piece of them with a text on, as <see cref="Hold"/> does.</summary>
    /// <returns>A task that completes when the line is held.</returns>
    public Task HoldAt(string text)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _hold = (text, held);
        return held.Task;
    }

    /// <summary>Cuts the line at the next piece of commands with a text, whose sender cannot know whether it was carried out.</summary>
    /// <param name="part">Whether the piece or its reply is lost.</param>
    /// <param name="text">A part of the command, such as its name or the uid of a job.</param>
    /// <returns>A task that completes when the line is cut.</returns>
    public Task CutAt(LostPart part, string text)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _loss = (part, text, lost);
        return lost.Task;
    }

    /// <summary>Ends all that is wrong; what was held goes on.</summary>
    public void Restore()
    {
        lock (_lock)
        {
            (_loss, _hold) = (null, null);
            if (_listener is null) Listen(Port);
        }
        _mayForward.TrySetResult();
        _mayReply.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _mayForward.TrySetResult();
        _mayReply.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }

    // Not a port that the system chooses: it would give that to a client of another test while the line is cut.
    private void Listen(int port)
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new TcpListener(IPAddress.Loopback, port == 0 ? Ports.Free() : port);
            try
            {
                listener.Start();
                Port = ((IPEndPoint)listener.LocalEndpoint).Port;
                _listener = listener;
                _ = Accept(listener);
                return;
            }
            catch (SocketException) when (port == 0 && attempt < 5)
            {
                listener.Dispose();
            }
        }
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true) _ = Connect(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The line is cut.
        }
    }

    private async Task Connect(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            lock (_lock)
            {
                if (_listener is null) return;
                _open.Add(near);
                _open.Add(far);
            }
            await far.ConnectAsync(IPAddress.Loopback, _target);
            var line = new Line(near.GetStream(), far.GetStream());
            await Task.WhenAny(Forward(line), Reply(line));
        }
        catch (Exception e) when (IsEnd(e))
        {
            // A peer that went away notices that itself.
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(near);
                _open.Remove(far);
            }
        }
    }

    private async Task Forward(Line line)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var count = await line.Near.ReadAsync(buffer);
                if (count == 0) return;
                var commands = Encoding.Latin1.GetString(buffer, 0, count);
                HoldIfDue(commands);
                await _mayForward.Task;
                var loss = Take(commands);
                line.LosesReplies = loss is { Part: LostPart.Reply };
                if (loss is not { Part: LostPart.Command }) await line.Far.WriteAsync(buffer.AsMemory(0, count));
                if (loss is null) continue;
                // Redis replies when it has carried out the command.
                if (line.LosesReplies) await line.HasReplied.Task;
                Cut();
                loss.Value.Lost.SetResult();
                return;
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Cut, or closed by a peer.
        }
    }

    private async Task Reply(Line line)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var count = await line.Far.ReadAsync(buffer);
                if (count == 0) return;
                if (line.LosesReplies) line.HasReplied.TrySetResult();
                else
                {
                    await _mayReply.Task;
                    await line.Near.WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Cut, or closed by a peer.
        }
        finally
        {
            line.HasReplied.TrySetResult();
        }
    }

    private void HoldIfDue(string commands)
    {
        lock (_lock)
        {
            if (_hold is not { } hold || !commands.Contains(hold.Text)) return;
            _hold = null;
            Hold(LostPart.Command);
            hold.Held.SetResult();
        }
    }

    private (LostPart Part, string Text, TaskCompletionSource Lost)? Take(string commands)
    {
        lock (_lock)
        {
            if (_loss is not { } loss || !commands.Contains(loss.Text)) return null;
            _loss = null;
            return loss;
        }
    }

    private static bool IsEnd(Exception e) => e is IOException or SocketException or ObjectDisposedException or InvalidOperationException;

    private sealed class Line(NetworkStream near, NetworkStream far)
    {
        public NetworkStream Near => near;

        public NetworkStream Far => far;

        public volatile bool LosesReplies;

        public TaskCompletionSource HasReplied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
