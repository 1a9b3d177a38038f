using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Startup;

/// <summary>Starts an HttpListener, even while clients are connecting.</summary>
internal static class ListenerFactory
{
    private const int MaxAttempts = 100;
    private const int MaxFailedProbes = 5;

    /// <summary>Starts a listener.</summary>
    /// <param name="host">The host name or address; <c>null</c> for every interface.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="ListenException">The server cannot listen there.</exception>
    public static HttpListener Start(string? host, int port)
    {
        RequireRandomNumbers();
        RequireAddress(host, port);
        var prefixes = Prefixes.For(host, port);
        var failedProbes = 0;
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            foreach (var prefix in prefixes) listener.Prefixes.Add(prefix);
            try
            {
                listener.Start();
                if (IsResponding(prefixes, port) || ++failedProbes == MaxFailedProbes) return listener;
                // Without prefixes it frees its port.
                listener.Prefixes.Clear();
                Collect();
            }
            catch (ArgumentNullException) when (attempt < MaxAttempts)
            {
                Collect();
            }
            catch (HttpListenerException) when (attempt > 1 && attempt < MaxAttempts)
            {
                // The socket of the previous attempt still exists.
                Collect();
            }
            catch (HttpListenerException e)
            {
                throw BindErrors.Translate(e, host, port);
            }
        }
    }

    /// <summary>Starts the listener behind the gate, on a free port of the loopback interface.</summary>
    /// <param name="endpoint">The endpoint of the listener.</param>
    /// <exception cref="ListenException">No port can be listened on.</exception>
    public static HttpListener StartInner(out InnerEndpoint endpoint)
    {
        RequireRandomNumbers();
        var host = InnerHost(OperatingSystem.IsWindows());
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://{host}:{port}/");
            try
            {
                listener.Start();
                endpoint = new InnerEndpoint(host, port, InnerEndpoint.NewToken());
                return listener;
            }
            // Another program was faster, or something that scans ports disturbed the start: the next port is as good.
            catch (Exception e) when (attempt < MaxAttempts && e is HttpListenerException or ArgumentNullException)
            {
                Collect();
            }
            catch (HttpListenerException e)
            {
                throw BindErrors.Translate(e, host, port);
            }
        }
    }

    /// <summary>
    /// Returns the host of the listener behind the gate: on Windows the only one that needs no reservation, elsewhere one that needs no
    /// resolver.
    /// </summary>
    public static string InnerHost(bool isWindows) => isWindows ? "localhost" : "127.0.0.1";

    // Windows starts a listener on an address that the machine does not have, and it never receives anything.
    private static void RequireAddress(string? host, int port)
    {
        if (!OperatingSystem.IsWindows() || Prefixes.IsWildcard(host) || !IPAddress.TryParse(host!.Trim('[', ']'), out var address)) return;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
        }
        catch (SocketException e)
        {
            throw BindErrors.Translate(e, host, port);
        }
    }

    // HttpListener cannot let the system choose a port.
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>
    /// Keeps the process alive if a client connects while the listener starts. On the thread that starts it, the exception is caught
    /// above; on a pool thread nobody can catch it, and the listener accepts nothing from then on, which the probe detects. Only for the
    /// executable: a process has one such handler.
    /// </summary>
    public static void IgnoreStartupRace() => ExceptionHandling.SetUnhandledExceptionHandler(
        e => e is ArgumentNullException && e.StackTrace?.Contains("System.Net.HttpEndPointListener") == true);

    private static bool IsResponding(IReadOnlyList<string> prefixes, int port) =>
        OperatingSystem.IsWindows() || prefixes.All(prefix => ListenerProbe.IsResponding(prefix, port));

    // Without random numbers HttpListener accepts every connection, fails to number the request, and drops it silently.
    private static void RequireRandomNumbers()
    {
        try
        {
            _ = Guid.NewGuid();
        }
        catch (CryptographicException e)
        {
            throw new ListenException(
                ListenProblem.Other,
                "no source of random numbers: /dev/urandom is missing; mount /dev, or run the native executable, which does not need it",
                e);
        }
    }

    // A client that connects while the listener starts makes the start fail halfway with the socket open. Only a garbage collection of the
    // listener closes the socket, and until then the port is in use. Workers poll all the time, so every restart can hit this.
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
