using System.Buffers.Text;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>
/// The bytes of a request, prepared before the measurement. If <paramref name="counterAt"/> is given, each sending replaces seven digits
/// there by a growing number: a progress that never repeats, which a server cannot answer without storing it.
/// </summary>
internal sealed class LoadRequest(byte[] bytes, int counterAt = -1)
{
    public const string CounterPlace = "0000000";

    public ReadOnlySpan<byte> Bytes => bytes;

    public void Count(int number)
    {
        if (counterAt >= 0)
        {
            Utf8Formatter.TryFormat(number % 10_000_000, bytes.AsSpan(counterAt), out _, new('D', (byte)CounterPlace.Length));
        }
    }
}
