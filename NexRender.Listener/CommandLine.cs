using System.CommandLine;
using System.CommandLine.Help;
using NexRender.Listener.Http;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>What the command line and the environment ask for. The only file that knows the option library.</summary>
internal sealed class CommandLine
{
    private const int WrongUsage = 2;

    private readonly Option<string> _port = Value("--port", "PORT", "TCP port to listen on, 1 to 65535 (default 3000; NEXRENDER_PORT)", "-p");
    private readonly Option<string> _host = Value("--host", "HOST", "host name or address to listen on (default: every interface)");
    private readonly Option<string> _secret = Value("--secret", "TEXT", "what requests must carry in the nexrender-secret header (NEXRENDER_SECRET)", "-s");
    private readonly Option<string> _secretFile = Value("--secret-file", "FILE", "file that holds the secret, so that it does not stand in the list of processes");
    private readonly Option<string> _database = Value("--database", "FILE", "where the jobs are kept (default $HOME/nexrender/database.js; NEXRENDER_DATABASE)");
    private readonly Option<string> _ordering = Value("--ordering", "ORDER", $"which job is next: {JobOrderingNames.All} (default oldest-first; NEXRENDER_ORDERING)");
    private readonly Option<string> _pickedTimeout = Value("--picked-timeout", "TIME", "how long a worker may take to begin before its job goes back to the queue, 0 for any time (default 2m)");
    private readonly Option<string> _lease = Value("--lease", "TIME", "how long a worker may be silent while it renders before its job goes back to the queue, 0 for any time (default 0)");
    private readonly Option<string> _maxAttempts = Value("--max-attempts", "N", "how often a job that fails is tried before its error is final (default 1)");
    private readonly Option<string> _retryDelay = Value("--retry-delay", "TIME", "how long a failed job waits for its second attempt, doubling for each one after that, 15m at most (default 30s)");
    private readonly Option<bool> _recover = new("--recover") { Description = "keep what can be read of a damaged database, and write a report of what was dropped" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "log errors alone" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "log every request too" };
    private readonly Option<bool> _cleanup = new("--cleanup", "-c") { Description = "erase all jobs and exit" };
    private readonly Option<bool> _version = new("--version", "-v") { Description = "print the version and exit" };

    private readonly ParseResult _parsed;
    private readonly Func<string, string?> _variable;
    private readonly List<string> _problems = [];

    private CommandLine(string[] args, Func<string, string?> variable)
    {
        _variable = variable;
        var root = new RootCommand("Job server for nexrender: keeps render jobs, hands them to workers, tells everybody how they are doing.");
        root.Options.Clear();
        Option[] options =
        [
            _port, _host, _secret, _secretFile, _database, _ordering, _pickedTimeout, _lease, _maxAttempts, _retryDelay,
            _recover, _quiet, _verbose, _cleanup, new HelpOption("--help", "-h"), _version,
        ];
        foreach (var option in options) root.Options.Add(option);
        // Neither "@file" nor bundled letters: a secret may begin with anything.
        _parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    }

    /// <summary>The options to run with.</summary>
    public ListenerOptions Options { get; private set; } = new();

    /// <summary>Whether to erase all jobs instead of running.</summary>
    public bool IsCleanup => _parsed.GetValue(_cleanup);

    /// <summary>Reads the command line and the environment.</summary>
    /// <returns>What is asked for; <c>null</c> when everything has been said, with the exit code.</returns>
    /// <exception cref="StartupException">Something that is asked for cannot be had.</exception>
    public static CommandLine? Read(string[] args, Func<string, string?> variable, TextWriter output, TextWriter errors, out int exitCode)
    {
        var line = new CommandLine(args, variable);
        exitCode = 0;
        if (line._parsed.Action is HelpAction)
        {
            line._parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors });
            return null;
        }
        // The library would take the next word for the value that is missing.
        line._problems.AddRange(args.Where(arg => arg.StartsWith('-') && arg.IndexOf('=') == arg.Length - 1).Select(arg => $"{arg} needs a value"));
        line._problems.AddRange(line._parsed.Errors.Select(error => error.Message));
        if (line._problems.Count == 0 && line._parsed.GetValue(line._version))
        {
            output.WriteLine(ResponseWriter.Version);
            return null;
        }
        if (line._problems.Count == 0) line.ReadOptions();
        if (line._problems.Count == 0) return line;
        errors.WriteLine($"nexrender-listener: {string.Join("; ", line._problems)} (--help shows the options)".ReplaceLineEndings(" "));
        exitCode = WrongUsage;
        return null;
    }

    private static Option<string> Value(string name, string placeholder, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = placeholder, Description = description };

    private void ReadOptions()
    {
        if (_variable("NEXRENDER_DATABASE_PROVIDER") is { Length: > 0 } provider)
            throw new StartupException($"NEXRENDER_DATABASE_PROVIDER asks for the store \"{provider}\", and this server keeps its jobs in a file only; unset the variable to go on with the file");
        if (_parsed.GetValue(_quiet) && _parsed.GetValue(_verbose)) _problems.Add("--quiet and --verbose exclude each other");
        var defaults = new ListenerOptions();
        Options = new ListenerOptions
        {
            Port = ReadPort(),
            Host = _parsed.GetValue(_host),
            Secret = ReadSecret(),
            Database = From(_database, "NEXRENDER_DATABASE").Value,
            Ordering = ReadOrdering(),
            PickedTimeout = ReadDuration(_pickedTimeout) ?? defaults.PickedTimeout,
            Lease = ReadDuration(_lease) ?? defaults.Lease,
            MaxAttempts = ReadMaxAttempts() ?? defaults.MaxAttempts,
            RetryDelay = ReadDuration(_retryDelay) ?? defaults.RetryDelay,
            Recover = _parsed.GetValue(_recover),
            Verbosity = _parsed.GetValue(_quiet) ? Verbosity.Quiet : _parsed.GetValue(_verbose) ? Verbosity.Verbose : Verbosity.Normal,
        };
    }

    private int ReadPort()
    {
        var (text, source) = From(_port, "NEXRENDER_PORT");
        if (text is null) return new ListenerOptions().Port;
        if (ushort.TryParse(text, out var port) && port > 0) return port;
        _problems.Add($"{source} must be a number from 1 to 65535, not \"{text}\"");
        return 0;
    }

    private JobOrdering ReadOrdering()
    {
        var (text, source) = From(_ordering, "NEXRENDER_ORDERING");
        if (text is null) return new ListenerOptions().Ordering;
        if (JobOrderingNames.Parse(text) is { } ordering) return ordering;
        _problems.Add($"{source} must be one of {JobOrderingNames.All}, not \"{text}\"");
        return default;
    }

    private TimeSpan? ReadDuration(Option<string> option)
    {
        if (_parsed.GetValue(option) is not { } text) return null;
        var duration = Duration.Parse(text);
        if (duration is null) _problems.Add($"{option.Name} must be a length of time such as 90s, 2m or 1.5h, not \"{text}\"");
        return duration;
    }

    private int? ReadMaxAttempts()
    {
        if (_parsed.GetValue(_maxAttempts) is not { } text) return null;
        if (int.TryParse(text, out var attempts) && attempts > 0) return attempts;
        _problems.Add($"--max-attempts must be a number, 1 or more, not \"{text}\"");
        return null;
    }

    private string? ReadSecret()
    {
        var file = _parsed.GetValue(_secretFile);
        if (file is null) return From(_secret, "NEXRENDER_SECRET").Value;
        if (_parsed.GetValue(_secret) is not null)
        {
            _problems.Add("--secret and --secret-file exclude each other");
            return null;
        }
        try
        {
            var secret = File.ReadAllText(file).TrimEnd('\r', '\n');
            return secret.Length > 0 ? secret : throw new StartupException($"the secret file {file} is empty; put the secret into it, or leave --secret-file away");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read the secret file {file}: {e.Message}", e);
        }
    }

    /// <summary>The value of an option, else that of its variable; an empty variable counts as none.</summary>
    private (string? Value, string Source) From(Option<string> option, string variable) =>
        _parsed.GetValue(option) is { } value ? (value, option.Name)
        : _variable(variable) is { Length: > 0 } set ? (set, variable)
        : (null, option.Name);
}
