using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Startup;

/// <summary>Explains the errors of the system when a port cannot be bound.</summary>
internal static class BindErrors
{
    /// <summary>Translates the exception of a listener that could not start.</summary>
    public static ListenException Translate(HttpListenerException e, string? host, int port)
    {
        var (problem, reason) = Explain(e.ErrorCode, e.Message, host, port, OperatingSystem.IsWindows());
        return new ListenException(problem, reason, e);
    }

    /// <summary>Translates the exception of a socket that could not be bound.</summary>
    public static ListenException Translate(SocketException e, string? host, int port)
    {
        var (problem, reason) = e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => InUse(port),
            // Windows reports this too if another program uses the port exclusively.
            SocketError.AccessDenied => port < 1024 ? Privileged(port) : InUse(port),
            SocketError.AddressNotAvailable or SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                or SocketError.NoRecovery =>
                Unknown(host),
            _ => (ListenProblem.Other, $"cannot listen on {host ?? "every interface"}, port {port}: {e.Message} (error {e.ErrorCode})"),
        };
        return new ListenException(problem, reason, e);
    }

    /// <summary>Explains an error code: of the system on Windows, elsewhere of the C library, where Linux and macOS differ.</summary>
    public static (ListenProblem Problem, string Reason) Explain(int code, string message, string? host, int port, bool isWindows) =>
        (code, isWindows) switch
        {
            (5, true) => (ListenProblem.MissingReservation,
                $"this user may not listen on port {port}: run once as administrator `{Reservation(host, port)}`"),
            (32 or 183, true) or (48 or 98, false) => InUse(port),
            // HttpListener's own code, for a prefix that another listener of this process has, and for a host that cannot be parsed.
            (400, false) when host is null or "localhost" || IPAddress.TryParse(host, out _) => InUse(port),
            (13, false) => Privileged(port),
            (49 or 50 or 99 or 87 or 400, _) or (1214, true) => Unknown(host),
            _ => (ListenProblem.Other, $"cannot listen on {host ?? "every interface"}, port {port}: {message} (error {code})"),
        };

    // Windows grants the right for exactly the name that is listened on. User names may contain spaces.
    private static string Reservation(string? host, int port) =>
        $"netsh http add urlacl url={Prefixes.For(host, port, isWindows: true)[0]} "
        + $"user=\"{Environment.UserDomainName}\\{Environment.UserName}\"";

    private static (ListenProblem Problem, string Reason) Privileged(int port) =>
        (ListenProblem.PrivilegedPort, $"this user may not listen on port {port}: ports below 1024 require root");

    private static (ListenProblem Problem, string Reason) Unknown(string? host) =>
        (ListenProblem.UnknownHost, $"{host ?? "this host"} is not an address of this machine");

    private static (ListenProblem Problem, string Reason) InUse(int port) =>
        (ListenProblem.PortInUse, $"port {port} is in use by another program");
}
