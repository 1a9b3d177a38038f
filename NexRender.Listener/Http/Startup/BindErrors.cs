using System.Net;

namespace NexRender.Listener.Http.Startup;

/// <summary>Turns what the system says when a port cannot be had into one line with the way out.</summary>
internal static class BindErrors
{
    // On Windows the codes are those of the system, elsewhere those of the C library, which differ between Linux and macOS.
    public static string Explain(HttpListenerException e, string? host, int port) =>
        Explain(e.ErrorCode, e.Message, host, port, OperatingSystem.IsWindows());

    public static string Explain(int code, string message, string? host, int port, bool isWindows) => (code, isWindows) switch
    {
        (5, true) =>
            $"this user may not listen on port {port}: run once as administrator `{Reservation(host, port)}`, or start with --host localhost",
        (32 or 183, true) or (48 or 98, false) => InUse(port),
        // The listener's own code, for a prefix that another listener of this process has, and for a host that cannot be read.
        (400, false) when host is null or "localhost" || IPAddress.TryParse(host, out _) => InUse(port),
        (13, false) =>
            $"this user may not listen on port {port}: ports below 1024 are kept for the administrator; choose another port with --port, 3000 say",
        (49 or 50 or 99 or 87 or 400, _) or (1214, true) =>
            $"{host ?? "this host"} is no address of this machine; leave --host away to listen on every interface",
        _ => $"cannot listen on {host ?? "every interface"}, port {port}: {message} (error {code})",
    };

    // Windows grants the right for the very name that is listened on, and names of users may have blanks.
    private static string Reservation(string? host, int port) =>
        $"netsh http add urlacl url=http://{host ?? "+"}:{port}/ user=\"{Environment.UserDomainName}\\{Environment.UserName}\"";

    private static string InUse(int port) => $"port {port} is in use by another program; stop that one, or choose another port with --port";
}
