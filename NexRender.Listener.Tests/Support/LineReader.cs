using System.Text;
using System.Text.RegularExpressions;

namespace NexRender.Listener.Tests.Support;

/// <summary>Reads an output line by line in the background; it can pause, as a terminal does on Ctrl-S.</summary>
internal sealed class LineReader
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(Regex Pattern, TaskCompletionSource<string> Found)> _awaited = [];
    private readonly ManualResetEventSlim _mayRead = new(true);

    public LineReader(TextReader source) =>
        End = Task.Factory.StartNew(() => Read(source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Completes when the output has ended.</summary>
    public Task End { get; }

    public string Text
    {
        get
        {
            lock (_lock) return _text.ToString();
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Pause() => _mayRead.Reset();

    public void Resume() => _mayRead.Set();

    /// <summary>Returns the first line, past or future, that matches a pattern.</summary>
    public async Task<string> Line(string pattern)
    {
        var found = Await(new Regex(pattern));
        var first = await Task.WhenAny(found, End, Task.Delay(Eventually.Deadline));
        if (first == found || found.IsCompleted) return await found;
        throw new AssertFailedException($"No line with \"{pattern}\" came. What came: {Text}");
    }

    private Task<string> Await(Regex pattern)
    {
        lock (_lock)
        {
            var past = Lines.FirstOrDefault(line => pattern.IsMatch(line));
            if (past is not null) return Task.FromResult(past);
            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((pattern, found));
            return found.Task;
        }
    }

    private void Read(TextReader source)
    {
        while (source.ReadLine() is { } line)
        {
            lock (_lock)
            {
                _text.Append(line).Append('\n');
                foreach (var (pattern, found) in _awaited)
                    if (pattern.IsMatch(line)) found.TrySetResult(line);
            }

            _mayRead.Wait();
        }
    }
}
