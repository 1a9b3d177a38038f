using System.Globalization;
using System.Text;

namespace NexRender.Listener.Logging;

/// <summary>
/// Writes lines to standard output and errors to standard error, on a thread of its own: a blocked terminal delays no request.
/// Lines that do not fit into the queue are dropped and counted.
/// </summary>
internal sealed class Log : IDisposable
{
    private const int QueueLimit = 65_536;
    private const int MaxDescription = 400;

    /// <summary>The longest time that <see cref="Dispose"/> waits for a blocked output.</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _clock;
    private readonly Stream _output;
    private readonly Stream _errors;
    private readonly Thread _writer;

    // Guarded by the gate.
    private readonly object _gate = new();
    private List<LogLine> _lines = [];
    private long _dropped;
    private bool _closing;

    public Log(bool logsChanges, bool logsRequests, TimeProvider clock, Stream output, Stream errors, bool writesJson = false)
    {
        (LogsChanges, LogsRequests, WritesJson) = (logsChanges, logsRequests, writesJson);
        (_clock, _output, _errors) = (clock, output, errors);
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>True if every request is logged.</summary>
    public bool LogsRequests { get; }

    /// <summary>True if changes and refusals are logged.</summary>
    public bool LogsChanges { get; }

    /// <summary>True if each line is a JSON object.</summary>
    public bool WritesJson { get; }

    /// <summary>Logs a change of a job on standard output.</summary>
    /// <param name="at">The time of the change.</param>
    /// <param name="verb">The kind of change.</param>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="by">The name or address of the client that made it; <c>null</c> for the server itself.</param>
    /// <param name="detail">Text appended to the line as it is; <c>null</c> for none.</param>
    /// <param name="members">Members of the JSON object, each after a comma; <c>null</c> for none.</param>
    public void Change(DateTimeOffset at, string verb, string? uid, string? by, string? detail, string? members = null)
    {
        if (LogsChanges) Add(new LogLine(at, false, verb, uid, by, detail, members));
    }

    /// <summary>Logs a line on standard output.</summary>
    public void Info(string message)
    {
        if (LogsChanges) Add(new LogLine(_clock.GetUtcNow(), false, message));
    }

    /// <summary>Logs a line on standard error, whatever the verbosity.</summary>
    public void Error(string message) => Add(new LogLine(_clock.GetUtcNow(), true, message));

    /// <summary>Logs a request on standard output; to be called only if <see cref="LogsRequests"/>.</summary>
    public void Request(string method, string target, string peer, int status, TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        var members = WritesJson ? $",\"status\":{status},\"durationMs\":{milliseconds}" : null;
        Add(new LogLine(_clock.GetUtcNow(), false, $"{method} {target} {status} {milliseconds} ms", By: peer, Members: members));
    }

    /// <summary>Describes an exception in one short line: its type, its message, and the method that threw it.</summary>
    public static string Describe(Exception e)
    {
        var frame = e.StackTrace?.Split('\n', 2)[0].Trim();
        var text = $"{e.GetType()}: {e.Message}{(frame is null ? "" : $" ({frame})")}";
        return text.Length <= MaxDescription ? text : $"{text[..MaxDescription]}...";
    }

    /// <summary>Writes what is queued, unless the output is blocked.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _writer.Join(FlushTimeout);
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
            if (dropped > 0)
            {
                spare.Clear();
                spare.Add(new LogLine(_clock.GetUtcNow(), true, $"{dropped} log lines were dropped: output was blocked"));
                WriteAll(spare, isError: true, text);
            }
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
        {
            if (line.IsError != isError) continue;
            if (WritesJson) JsonLine.AppendTo(text, line);
            else line.AppendTo(text);
        }
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
            // The reader of the log has gone; the server runs on without one.
        }
        text.Clear();
    }
}
