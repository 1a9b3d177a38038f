using System.Text;

namespace NexRender.Listener.Logging;

/// <summary>
/// Writes lines to standard output and errors to standard error, from a thread of its own: a terminal that blocks delays no request.
/// What does not fit into the queue meanwhile is dropped and counted.
/// </summary>
internal sealed class Log : IDisposable
{
    private const int QueueLimit = 65_536;

    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    private readonly Verbosity _verbosity;
    private readonly TimeProvider _clock;
    private readonly Stream _output;
    private readonly Stream _errors;
    private readonly Thread _writer;

    // Under the gate.
    private readonly object _gate = new();
    private List<LogLine> _lines = [];
    private long _dropped;
    private bool _closing;

    public Log(Verbosity verbosity, TimeProvider clock, Stream output, Stream errors)
    {
        (_verbosity, _clock, _output, _errors) = (verbosity, clock, output, errors);
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public bool LogsRequests => _verbosity == Verbosity.Verbose;

    /// <summary>A change of a job, on standard output; by nobody where the server made it itself.</summary>
    public void Change(string verb, string uid, string? by)
    {
        if (_verbosity != Verbosity.Quiet) Add(new LogLine(_clock.GetUtcNow(), false, verb, uid, by));
    }

    /// <summary>A line on standard output.</summary>
    public void Info(string message)
    {
        if (_verbosity != Verbosity.Quiet) Add(new LogLine(_clock.GetUtcNow(), false, message, null, null));
    }

    /// <summary>A line on standard error, whatever the verbosity.</summary>
    public void Error(string message) => Add(new LogLine(_clock.GetUtcNow(), true, message, null, null));

    /// <summary>A request, on standard output; only when <see cref="LogsRequests"/>.</summary>
    public void Request(string method, string target, string peer, int status, TimeSpan duration) =>
        Add(new LogLine(_clock.GetUtcNow(), false, $"{method} {target} {status} {duration.TotalMilliseconds:0.0} ms", null, peer));

    /// <summary>Writes what is left, for as long as somebody reads it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _writer.Join(Farewell);
    }

    private void Add(in LogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count >= QueueLimit)
            {
                _dropped++;
                return;
            }
            _lines.Add(line);
            if (_lines.Count == 1) Monitor.Pulse(_gate);
        }
    }

    private void Write()
    {
        var text = new StringBuilder();
        var spare = new List<LogLine>();
        while (Take(ref spare, out var dropped))
        {
            WriteAll(spare, isError: false, text);
            WriteAll(spare, isError: true, text);
            if (dropped > 0) Send(_errors, text.Append(dropped).Append(" lines of the log were lost, because nobody read them\n"));
            spare.Clear();
        }
    }

    private bool Take(ref List<LogLine> spare, out long dropped)
    {
        lock (_gate)
        {
            while (_lines.Count == 0 && !_closing) Monitor.Wait(_gate);
            (_lines, spare) = (spare, _lines);
            (dropped, _dropped) = (_dropped, 0);
            return spare.Count > 0;
        }
    }

    private void WriteAll(List<LogLine> lines, bool isError, StringBuilder text)
    {
        foreach (var line in lines)
            if (line.IsError == isError) line.AppendTo(text);
        if (text.Length > 0) Send(isError ? _errors : _output, text);
    }

    private static void Send(Stream stream, StringBuilder text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            stream.Flush();
        }
        catch (IOException)
        {
            // Whoever read the log has gone; the server goes on without.
        }
        text.Clear();
    }
}
