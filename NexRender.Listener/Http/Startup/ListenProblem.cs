namespace NexRender.Listener.Http.Startup;

/// <summary>The kinds of reasons why a server cannot listen.</summary>
internal enum ListenProblem
{
    /// <summary>A reason that has no remedy of its own.</summary>
    Other,

    /// <summary>Another program uses the port.</summary>
    PortInUse,

    /// <summary>The user may not use the port: it is below 1024.</summary>
    PrivilegedPort,

    /// <summary>The user may not use the address: Windows requires a reservation.</summary>
    MissingReservation,

    /// <summary>The host is not an address of the machine.</summary>
    UnknownHost,

    /// <summary>HttpListener cannot listen on IPv6 addresses on this system.</summary>
    NoIPv6,
}
