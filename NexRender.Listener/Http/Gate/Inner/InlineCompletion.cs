using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// Lets what awaits a socket continue on the thread that polls all sockets, without a way through the thread pool. The gate does little
/// between two waits and never blocks, and the way costs more than that little.
/// </summary>
internal static class InlineCompletion
{
    /// <summary>
    /// The most operations in a row that complete at once, without a wait, before the polling thread is left for the other sockets. A
    /// client that sends faster than the gate receives would otherwise keep it.
    /// </summary>
    public const int MaxBurst = 16;

    /// <summary>Sets it for a socket. Without effect on Windows, whose threads for completions do this anyway.</summary>
    public static void Enable(Socket socket)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            SetPreferInlineCompletions(socket, true);
        }
        catch (MissingMethodException)
        {
            // It is an internal setting of the framework; another version may lack it, and the gate is slower then.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);
}
