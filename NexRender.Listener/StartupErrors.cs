using NexRender.Listener.Http.Startup;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>
/// Adds the remedy to the reason why a server cannot start: the option to change, by the name that it has for the person who started it.
/// </summary>
internal static class StartupErrors
{
    /// <summary>Returns true if an exception is a reason why a server cannot start.</summary>
    public static bool IsReason(Exception e) => e is StorageException or ListenException;

    /// <summary>Translates a reason for a program that embeds the server.</summary>
    public static StartupException Translate(Exception reason) =>
        new(Describe(reason, option => $"{nameof(ListenerOptions)}.{option}"), reason);

    /// <summary>Describes an exception for the person who started the executable.</summary>
    public static string DescribeForCommandLine(StartupException e) =>
        e.InnerException is { } reason && IsReason(reason) ? Describe(reason, option => $"--{option.ToLowerInvariant()}") : e.Message;

    /// <summary>Describes a reason for the person who gave a command that works on a file.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="file">The option that names the file.</param>
    public static string DescribeForCommand(Exception reason, string file) => Describe(
        reason, option => option == nameof(ListenerOptions.Database) ? file : $"--{option.ToLowerInvariant()}");

    private static string Describe(Exception reason, Func<string, string> name)
    {
        var remedy = reason switch
        {
            StorageException storage => Remedy(storage.Problem, name),
            ListenException listen => Remedy(listen.Problem, name),
            _ => null,
        };
        return remedy is null ? reason.Message : $"{reason.Message}; {remedy}";
    }

    private static string? Remedy(StorageProblem problem, Func<string, string> name)
    {
        var database = name(nameof(ListenerOptions.Database));
        return problem switch
        {
            StorageProblem.InUse => $"stop that server first, or choose another file with {database}",
            StorageProblem.NotWritable => $"give this user the right to write there, or choose another place with {database}",
            StorageProblem.NotReadable => $"make it readable for this user, or choose another file with {database}",
            StorageProblem.NoHomeFolder when database.StartsWith('-') => $"name a file with {database} or NEXRENDER_DATABASE",
            StorageProblem.NoHomeFolder or StorageProblem.NotAFile => $"name a file with {database}",
            StorageProblem.NotADatabase => $"choose another file with {database}, or move this file aside",
            StorageProblem.NotReplaceable =>
                $"mount its folder instead of the file, or remove what protects it, or choose another file with {database}",
            StorageProblem.Mismatch =>
                "delete the journal to use the file as it is and lose the changes in the journal, or put back the file that belongs to it",
            StorageProblem.Unreachable => $"start Redis, or correct {name(nameof(ListenerOptions.Store))}",
            StorageProblem.Foreign =>
                $"stop that program, nexrender-server for example, and start once with {name(nameof(ListenerOptions.Takeover))} to use "
                + "the jobs as they are",
            StorageProblem.Leads => "stop all servers on it first",
            StorageProblem.Unfinished => "repeat it with nexrender-listener --import",
            StorageProblem.TooNew => "use that version, and stop it before you start this one: a clean stop leaves no journal",
            StorageProblem.Damaged => $"repair it, or start with {name(nameof(ListenerOptions.Recover))} to keep what can be read",
            _ => null,
        };
    }

    private static string? Remedy(ListenProblem problem, Func<string, string> name)
    {
        var (host, port) = (name(nameof(ListenerOptions.Host)), name(nameof(ListenerOptions.Port)));
        return problem switch
        {
            ListenProblem.PortInUse => $"stop that program, or choose another port with {port}",
            ListenProblem.PrivilegedPort => $"choose another port with {port}, 3000 for example",
            ListenProblem.MissingReservation => $"or listen for clients on this machine only, with {host} localhost",
            ListenProblem.UnknownHost => $"omit {host} to listen on every interface",
            ListenProblem.NoIPv6 => $"use {host} localhost, or omit {host} to listen on every interface",
            _ => null,
        };
    }
}
