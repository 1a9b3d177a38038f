using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>Writes commands in the protocol of Redis (RESP2) into memory.</summary>
internal sealed class RespWriter
{
    // Beyond it the memory of a large batch is given back.
    private const int MaxKept = 1 << 20;

    private ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The bytes that were written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Writes a command that is all text.</summary>
    public static RespWriter Of(params ReadOnlySpan<string> command)
    {
        var writer = new RespWriter();
        writer.Command(command);
        return writer;
    }

    /// <summary>Writes a command that is all text.</summary>
    public void Command(params ReadOnlySpan<string> command)
    {
        Begin(command.Length);
        foreach (var word in command) Add(word);
    }

    /// <summary>Begins a command of so many words, its name included.</summary>
    public void Begin(int words) => Number('*', words);

    public void Add(string word) => Add(Encoding.UTF8.GetBytes(word));

    public void Add(long number) => Add(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a word that consists of two parts.</summary>
    public void Add(ReadOnlySpan<byte> word, ReadOnlySpan<byte> end = default)
    {
        Number('$', word.Length + end.Length);
        _buffer.Write(word);
        _buffer.Write(end);
        _buffer.Write("\r\n"u8);
    }

    public void Clear()
    {
        if (_buffer.Capacity > MaxKept) _buffer = new ArrayBufferWriter<byte>();
        else _buffer.ResetWrittenCount();
    }

    private void Number(char kind, int number)
    {
        var span = _buffer.GetSpan(16);
        span[0] = (byte)kind;
        Utf8Formatter.TryFormat(number, span[1..], out var length);
        "\r\n"u8.CopyTo(span[(length + 1)..]);
        _buffer.Advance(length + 3);
    }
}
