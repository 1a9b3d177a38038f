using System.CommandLine;
using System.CommandLine.Help;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener;

/// <summary>The command line and the environment, parsed. The only file that knows the option library.</summary>
internal sealed class CommandLine
{
    private const int UsageError = 2;
    private const string OpenMetricsVariable = "NEXRENDER_OPEN_METRICS";

    private readonly Option<string> _port = Value(
        "--port", "PORT", "TCP port to listen on, 1 to 65535 (default 3000; NEXRENDER_PORT)", "-p");

    private readonly Option<string> _host = Value("--host", "HOST", "host name or address to listen on (default: every interface)");

    private readonly Option<bool> _direct = new("--direct")
    {
        Description = "no gate in front of HttpListener, for a server behind a reverse proxy",
    };

    private readonly Option<string> _secret = Value(
        "--secret", "TEXT", "secret that requests must carry in the nexrender-secret header (NEXRENDER_SECRET)", "-s");

    private readonly Option<string> _secretFile = Value(
        "--secret-file", "FILE", "file that holds the secret, so that it is not visible in the process list");

    private readonly Option<bool> _openMetrics = new("--open-metrics")
    {
        Description = $"GET /metrics needs no secret ({OpenMetricsVariable}=1)",
    };

    private readonly Option<string> _readSecret = Value(
        "--read-secret", "TEXT", "second secret, which allows to read only (NEXRENDER_READ_SECRET)");

    private readonly Option<string> _submitSecret = Value(
        "--submit-secret", "TEXT", "second secret, which allows to create jobs and batches, and to read (NEXRENDER_SUBMIT_SECRET)");

    private readonly Option<string> _database = Value(
        "--database", "FILE", "file that holds the jobs (default $HOME/nexrender/database.js; NEXRENDER_DATABASE)");

    private readonly Option<string> _store = Value(
        "--store", "URL", "Redis that holds the jobs in place of a file (NEXRENDER_DATABASE_PROVIDER=redis and REDIS_URL)");

    private readonly Option<string> _advertise = Value(
        "--advertise", "URL", "address at which other servers on the same Redis reach this one (default http://HOST:PORT)");

    private readonly Option<string> _leadTimeout = Value(
        "--lead-timeout", "TIME", "time after which another server leads if the leader is not heard of (default 5s)");

    private readonly Option<string> _redisReplicas = Value(
        "--redis-replicas", "N", "number of replicas of Redis that must have a change before it is answered (default 0)");

    private readonly Option<bool> _takeover = new("--takeover")
    {
        Description = "start although another program has changed jobs in Redis",
    };

    private readonly Option<string> _ordering = Value(
        "--ordering", "ORDER", $"order of pickups: {JobOrderingNames.All} (default oldest-first; NEXRENDER_ORDERING)");

    private readonly Option<string> _pickedTimeout = Value(
        "--picked-timeout", "TIME", "time a worker may take to begin before its job is requeued; 0 disables the timeout (default 2m)");

    private readonly Option<string> _lease = Value(
        "--lease", "TIME", "time a worker may render without a report before its job is requeued; 0 disables the timeout (default 0)");

    private readonly Option<string> _maxAttempts = Value(
        "--max-attempts", "N", "number of attempts until the error of a job is final (default 1)");

    private readonly Option<string> _retryDelay = Value(
        "--retry-delay", "TIME", "delay of a failed job's second attempt; it doubles with each further one, up to 15m (default 30s)");

    private readonly Option<string> _pickupWait = Value(
        "--pickup-wait", "TIME", "time a pickup is held until there is a job for it, at most 45s (default 0; NEXRENDER_PICKUP_WAIT)");

    private readonly Option<string> _keepFinished = Value(
        "--keep-finished", "TIME", "time after which finished jobs are removed, such as 30d (default 0: they are kept)");

    private readonly Option<string> _keepErrors = Value(
        "--keep-errors", "TIME", "time after which jobs that ended in an error are removed (default 0: they are kept)");

    private readonly Option<string> _keepJobs = Value(
        "--keep-jobs", "N", "number of ended jobs beyond which the first ended ones are removed (default 0: all are kept)");

    private readonly Option<string[]> _webhook = Values(
        "--webhook", "URL", "address to which the end of each job is posted as JSON; may be repeated");

    private readonly Option<string> _webhookStates = Value(
        "--webhook-states", "STATES", $"the ends of jobs that hooks report, some of {EndStates.All} (default finished,error)");

    private readonly Option<string[]> _allowJobWebhooks = Values(
        "--allow-job-webhooks", "PREFIX", "address below which a job's own webhook is called; may be repeated (default: none)");

    private readonly Option<string> _hook = Value(
        "--hook", "COMMAND", "shell command that runs at the end of each job, with the JSON of --webhook on its standard input");

    private readonly Option<bool> _exclusiveNames = new("--exclusive-names")
    {
        Description = "each worker name is one worker: if it asks for work while it has a job, the job is requeued at once",
    };

    private readonly Option<bool> _recover = new("--recover")
    {
        Description = "repair a damaged database: keep what can be read, and write a report of what was dropped",
    };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "log errors only" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "log every request too" };
    private readonly Option<string> _logFormat = Value("--log-format", "FORMAT", "form of the lines of the log: text (default) or json");
    private readonly Option<string> _import = Value("--import", "FILE", "fill an empty Redis with the jobs of a database file and exit");
    private readonly Option<string> _export = Value("--export", "FILE", "write the jobs of Redis as a database file and exit");
    private readonly Option<bool> _cleanup = new("--cleanup", "-c") { Description = "erase all jobs and exit" };
    private readonly Option<bool> _version = new("--version", "-v") { Description = "print the version and exit" };

    private readonly ParseResult _parsed;
    private readonly Func<string, string?> _variable;
    private readonly OptionParser _parser = new();

    private CommandLine(string[] args, Func<string, string?> variable)
    {
        _variable = variable;
        var root = new RootCommand("Job server for nexrender: keeps render jobs, hands them to workers, reports their status.");
        root.Options.Clear();
        Option[] options =
        [
            _port, _host, _direct, _secret, _secretFile, _readSecret, _submitSecret, _openMetrics, _database, _store, _advertise,
            _leadTimeout, _redisReplicas, _takeover, _ordering, _pickedTimeout, _lease, _maxAttempts, _retryDelay, _pickupWait,
            _exclusiveNames, _keepFinished, _keepErrors, _keepJobs, _webhook, _webhookStates, _allowJobWebhooks, _hook, _recover, _quiet,
            _verbose, _logFormat, _import, _export, _cleanup,
            new HelpOption("--help", "-h"), _version,
        ];
        foreach (var option in options) root.Options.Add(option);
        // No "@file" and no bundled letters: a secret may begin with anything.
        _parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    }

    /// <summary>The options to run with.</summary>
    public ListenerOptions Options { get; private set; } = new();

    /// <summary>Settings that were ignored, for the log.</summary>
    public IReadOnlyList<string> Notices => _parser.Notices;

    /// <summary>True to erase all jobs instead of running.</summary>
    public bool IsCleanup => _parsed.GetValue(_cleanup);

    /// <summary>The file to import into Redis instead of running; <c>null</c> for none.</summary>
    public string? Import => _parsed.GetValue(_import);

    /// <summary>The file to export from Redis instead of running; <c>null</c> for none.</summary>
    public string? Export => _parsed.GetValue(_export);

    /// <summary>Parses the command line and the environment.</summary>
    /// <returns>The command to run; <c>null</c> if everything has been printed, with the exit code.</returns>
    /// <exception cref="StartupException">Something that was requested is unavailable.</exception>
    public static CommandLine? Parse(string[] args, Func<string, string?> variable, TextWriter output, TextWriter errors, out int exitCode)
    {
        var line = new CommandLine(args, variable);
        exitCode = 0;
        if (line._parsed.Action is HelpAction)
        {
            line._parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors });
            return null;
        }
        line.CheckForMissingValues(args);
        line._parser.Problems.AddRange(line._parsed.Errors.Select(error => error.Message));
        if (line._parser.Problems.Count == 0 && line._parsed.GetValue(line._version))
        {
            output.WriteLine(Product.Version);
            return null;
        }
        if (line._parser.Problems.Count == 0) line.ReadOptions();
        if (line._parser.Problems.Count == 0) return line;
        var problems = string.Join("; ", line._parser.Problems);
        errors.WriteLine($"nexrender-listener: {problems} (--help shows the options)".ReplaceLineEndings(" "));
        exitCode = UsageError;
        return null;
    }

    private static Option<string> Value(string name, string placeholder, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = placeholder, Description = description };

    private static Option<string[]> Values(string name, string placeholder, string description) =>
        new(name) { HelpName = placeholder, Description = description, Arity = ArgumentArity.OneOrMore };

    // For "--name=" the library takes the next argument as the value; for "--name ''" it takes the empty one.
    private void CheckForMissingValues(string[] args)
    {
        var unfinished = args.Where(arg => arg.StartsWith('-') && arg.IndexOf('=') == arg.Length - 1);
        _parser.Problems.AddRange(unfinished.Select(arg => $"{arg} needs a value"));
        Option[] options =
        [
            _port, _host, _secret, _secretFile, _readSecret, _submitSecret, _database, _store, _advertise, _leadTimeout, _redisReplicas,
            _ordering, _pickedTimeout, _lease, _maxAttempts, _retryDelay, _pickupWait, _logFormat, _keepFinished, _keepErrors, _keepJobs,
            _webhook, _webhookStates, _allowJobWebhooks, _hook, _import, _export,
        ];
        var empty = options.Where(option => _parsed.GetResult(option)?.Tokens.Any(token => token.Value.Length == 0) ?? false);
        _parser.Problems.AddRange(empty.Select(option => $"{option.Name} needs a value"));
    }

    private void ReadOptions()
    {
        if (_parsed.GetValue(_quiet) && _parsed.GetValue(_verbose)) _parser.Problems.Add("--quiet and --verbose are mutually exclusive");
        var defaults = new ListenerOptions();
        Options = new ListenerOptions
        {
            Port = _parser.Port(From(_port, OptionParser.PortVariable)) ?? defaults.Port,
            Host = _parsed.GetValue(_host),
            Direct = _parsed.GetValue(_direct),
            Secret = ReadSecret(),
            OpenMetrics = _parsed.GetValue(_openMetrics) || _parser.Flag(OpenMetricsVariable, _variable(OpenMetricsVariable)),
            ReadSecret = From(_readSecret, "NEXRENDER_READ_SECRET").Value,
            SubmitSecret = From(_submitSecret, "NEXRENDER_SUBMIT_SECRET").Value,
            Database = From(_database, "NEXRENDER_DATABASE").Value,
            Store = _parser.Checked(ReadStore(), StoreRules.CheckAddress),
            Advertise = _parser.Checked((_parsed.GetValue(_advertise), _advertise.Name), StoreRules.CheckOrigin),
            LeadTimeout = _parser.LeadTimeout(_leadTimeout.Name, _parsed.GetValue(_leadTimeout)) ?? defaults.LeadTimeout,
            RedisReplicas = ReadNumber(_redisReplicas, 0) ?? defaults.RedisReplicas,
            Takeover = _parsed.GetValue(_takeover),
            Ordering = _parser.Ordering(From(_ordering, "NEXRENDER_ORDERING")) ?? defaults.Ordering,
            PickedTimeout = ReadDuration(_pickedTimeout) ?? defaults.PickedTimeout,
            Lease = ReadDuration(_lease) ?? defaults.Lease,
            MaxAttempts = ReadNumber(_maxAttempts, 1) ?? defaults.MaxAttempts,
            RetryDelay = ReadDuration(_retryDelay) ?? defaults.RetryDelay,
            PickupWait = _parser.PickupWait(From(_pickupWait, "NEXRENDER_PICKUP_WAIT")) ?? defaults.PickupWait,
            ExclusiveNames = _parsed.GetValue(_exclusiveNames),
            KeepFinished = ReadDuration(_keepFinished) ?? defaults.KeepFinished,
            KeepErrors = ReadDuration(_keepErrors) ?? defaults.KeepErrors,
            KeepJobs = ReadNumber(_keepJobs, 0) ?? defaults.KeepJobs,
            Webhooks = ReadEach(_webhook, HookRules.CheckUrl),
            WebhookStates = _parser.EndStates(_parsed.GetValue(_webhookStates)) ?? defaults.WebhookStates,
            AllowJobWebhooks = ReadEach(_allowJobWebhooks, HookRules.CheckPrefix),
            Hook = _parsed.GetValue(_hook),
            Recover = _parsed.GetValue(_recover),
            Verbosity = _parsed.GetValue(_quiet) ? Verbosity.Quiet : _parsed.GetValue(_verbose) ? Verbosity.Verbose : Verbosity.Normal,
            LogFormat = _parser.LogFormat(_parsed.GetValue(_logFormat)),
        };
        if (_parser.Problems.Count > 0) return;
        Func<string, string> name = OptionParser.OptionName;
        var problem = SecretRules.Check(Options, name) ?? HookRules.Check(Options, name) ?? StoreRules.Check(Options, name)
            ?? StoreRules.CheckCommands(Options.Store is not null, IsCleanup, Import, Export);
        if (problem is not null) _parser.Problems.Add(problem);
    }

    private TimeSpan? ReadDuration(Option<string> option) => _parser.Duration(option.Name, _parsed.GetValue(option));

    private int? ReadNumber(Option<string> option, int min) => _parser.Number(option.Name, _parsed.GetValue(option), min);

    private string[] ReadEach(Option<string[]> option, Func<string, string?> check) =>
        _parser.Each(option.Name, _parsed.GetValue(option) ?? [], check);

    // The variables of nexrender-server.
    private (string? Value, string Source) ReadStore()
    {
        if (_parsed.GetValue(_store) is { } given) return (given, _store.Name);
        return _variable("NEXRENDER_DATABASE_PROVIDER") switch
        {
            null or "" => (null, _store.Name),
            "redis" => (_variable("REDIS_URL") is { Length: > 0 } url ? url : "redis://localhost:6379", "REDIS_URL"),
            var provider => throw new StartupException(
                $"NEXRENDER_DATABASE_PROVIDER selects the store \"{provider}\", and this server supports the file and redis; "
                + "unset the variable to use the file"),
        };
    }

    private string? ReadSecret()
    {
        var file = _parsed.GetValue(_secretFile);
        if (file is null) return From(_secret, "NEXRENDER_SECRET").Value;
        if (_parsed.GetValue(_secret) is not null)
        {
            _parser.Problems.Add("--secret and --secret-file are mutually exclusive");
            return null;
        }
        return SecretFile.Read(file);
    }

    /// <summary>Returns the value of an option, or of its variable; an empty variable counts as unset.</summary>
    private (string? Value, string Source) From(Option<string> option, string variable) =>
        _parsed.GetValue(option) is { } value ? (value, option.Name)
        : _variable(variable) is { Length: > 0 } set ? (set, variable)
        : (null, option.Name);
}
