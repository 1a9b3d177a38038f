using System.Text;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>The beginning of what a command writes.</summary>
internal sealed class CommandOutput(int max)
{
    // Guarded by the lock: orphans may write after the command has ended.
    private readonly Lock _lock = new();
    private readonly List<byte> _kept = [];
    private bool _isCut;

    /// <summary>Reads a stream to its end, so that the command never waits for a reader.</summary>
    public void Read(Stream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (stream.Read(buffer) is > 0 and var read)
            {
                lock (_lock)
                {
                    var space = Math.Min(read, max - _kept.Count);
                    _kept.AddRange(buffer.AsSpan(0, space));
                    _isCut |= space < read;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe of a killed command.
        }
    }

    /// <summary>Returns the lines that are not empty, at most so many.</summary>
    public IReadOnlyList<string> Lines(int count)
    {
        lock (_lock)
        {
            var text = Encoding.UTF8.GetString([.. _kept]);
            string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
            return lines.Length <= count && !_isCut ? lines : [.. lines.Take(count), "…"];
        }
    }
}
