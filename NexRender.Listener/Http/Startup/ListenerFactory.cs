using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Http.Startup;

/// <summary>Starts a listener, whatever clients do meanwhile, and says what is in the way where it cannot.</summary>
internal static class ListenerFactory
{
    private const int Attempts = 100;
    private const int MostProbes = 5;

    /// <exception cref="StartupException">The port cannot be had.</exception>
    public static HttpListener Start(string? host, int port)
    {
        RequireRandomNumbers();
        var prefixes = Prefixes.For(host, port);
        var deaf = 0;
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener { IgnoreWriteExceptions = true };
            foreach (var prefix in prefixes) listener.Prefixes.Add(prefix);
            try
            {
                listener.Start();
                if (Hears(prefixes, port) || ++deaf == MostProbes) return listener;
                // Without prefixes it gives up its port.
                listener.Prefixes.Clear();
                Collect();
            }
            catch (ArgumentNullException) when (attempt < Attempts)
            {
                Collect();
            }
            catch (HttpListenerException) when (attempt > 1 && attempt < Attempts)
            {
                // The socket of the attempt before is still there.
                Collect();
            }
            catch (HttpListenerException e)
            {
                throw new StartupException(BindErrors.Explain(e, host, port), e);
            }
        }
    }

    /// <summary>
    /// Lets the process live when a client connects in the very moment of the start. Where that is seen on the thread that starts, it is
    /// caught above; on a thread of the pool nobody can catch it, and the listener is deaf from then on, which the probe finds out. For
    /// the executable alone: a process has one such handler.
    /// </summary>
    public static void SurviveEarlyClients() => ExceptionHandling.SetUnhandledExceptionHandler(
        e => e is ArgumentNullException && e.StackTrace?.Contains("System.Net.HttpEndPointListener") == true);

    private static bool Hears(IReadOnlyList<string> prefixes, int port) =>
        OperatingSystem.IsWindows() || prefixes.All(prefix => ListenerProbe.IsAnswered(prefix, port));

    // Where there are none, the listener would take every connection, fail to number the request, and drop it without a word.
    private static void RequireRandomNumbers()
    {
        try
        {
            _ = Guid.NewGuid();
        }
        catch (CryptographicException e)
        {
            throw new StartupException("this system gives no random numbers, for /dev/urandom is missing; mount /dev, or run the native executable, which needs none", e);
        }
    }

    // A client that connects while the listener starts makes it fail half way, with its socket open and nobody to close it: only the
    // collection of the listener does, and until then the port is taken. Workers poll all the time, so every restart can meet this.
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
