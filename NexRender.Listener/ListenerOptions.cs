using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Api;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Serving;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>Server options. Each is validated when it is set.</summary>
public sealed record ListenerOptions
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(366);

    /// <summary>The TCP port, 1 to 65535; 3000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a port.</exception>
    public int Port { get; init => field = InRange(value, 1, 65535, nameof(Port)); } = 3000;

    /// <summary>The host name or address to listen on; <c>null</c>, the default, for every interface.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Host { get; init => field = NotEmpty(value, nameof(Host)); }

    /// <summary>The secret that requests must carry in the header <c>nexrender-secret</c>; null (the default) or empty for none.</summary>
    public string? Secret { get; init; }

    /// <summary>True if <c>GET /metrics</c> needs no secret; false by default.</summary>
    public bool OpenMetrics { get; init; }

    /// <summary>
    /// A second secret, which allows to read jobs and what the farm does; null (the default) or empty for none. It needs
    /// <see cref="Secret"/>, and all secrets must differ.
    /// </summary>
    public string? ReadSecret { get; init; }

    /// <summary>
    /// A second secret, which allows to create jobs and batches, and to read; null (the default) or empty for none. It needs
    /// <see cref="Secret"/>, and all secrets must differ.
    /// </summary>
    public string? SubmitSecret { get; init; }

    /// <summary>The path of the database file; <c>null</c>, the default, for <c>$HOME/nexrender/database.js</c>.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Database { get; init => field = NotEmpty(value, nameof(Database)); }

    /// <summary>
    /// The address of a Redis that holds the jobs in place of a file, such as <c>redis://host:6379/0</c>; <c>null</c>, the default, for the
    /// file. Of several servers on the same Redis one leads, and the others relay to it.
    /// </summary>
    /// <exception cref="ArgumentException">The value is no such address, or needs TLS where there is none.</exception>
    public string? Store { get; init => field = StoreRules.Address(value, nameof(Store)); }

    /// <summary>
    /// The address at which other servers on the same <see cref="Store"/> reach this one, of http; <c>null</c>, the default, for the host
    /// and the port that it listens on.
    /// </summary>
    /// <exception cref="ArgumentException">The value is no such address.</exception>
    public string? Advertise { get; init => field = StoreRules.Origin(value, nameof(Advertise)); }

    /// <summary>
    /// The time after which another server leads if the leader is not heard of; 5 seconds by default, from 1 second to 10 minutes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is too short or too long.</exception>
    public TimeSpan LeadTimeout { get; init => field = LeadTime(value, nameof(LeadTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>The number of replicas of Redis that must have a change before it is answered; 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int RedisReplicas { get; init => field = InRange(value, 0, 100, nameof(RedisReplicas)); }

    /// <summary>True to start although another program has changed jobs in Redis; false by default.</summary>
    public bool Takeover { get; init; }

    /// <summary>The order in which pickups hand out jobs; <see cref="JobOrdering.OldestFirst"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public JobOrdering Ordering { get; init => field = Defined(value, nameof(Ordering)); } = JobOrdering.OldestFirst;

    /// <summary>The amount of output; <see cref="Verbosity.Normal"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public Verbosity Verbosity { get; init => field = Defined(value, nameof(Verbosity)); } = Verbosity.Normal;

    /// <summary>The form of the lines of the log; <see cref="LogFormat.Text"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public LogFormat LogFormat { get; init => field = Defined(value, nameof(LogFormat)); } = LogFormat.Text;

    /// <summary>
    /// The time from a pickup to the worker's first report, after which the job is requeued; 2 minutes by default, at most 366 days,
    /// <see cref="TimeSpan.Zero"/> for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan PickedTimeout { get; init => field = Duration(value, nameof(PickedTimeout)); } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The time without a report while a worker renders, after which the job is requeued; at most 366 days,
    /// <see cref="TimeSpan.Zero"/>, the default, for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan Lease { get; init => field = Duration(value, nameof(Lease)); }

    /// <summary>The number of attempts until the error of a job is final, 1 or more; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxAttempts { get; init => field = InRange(value, 1, int.MaxValue, nameof(MaxAttempts)); } = 1;

    /// <summary>
    /// The delay of a failed job's second attempt; it doubles with each further attempt, up to 15 minutes. 30 seconds by default, at most
    /// 366 days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan RetryDelay { get; init => field = Duration(value, nameof(RetryDelay)); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time for which a pickup is held until there is a job for it; at most 45 seconds, <see cref="TimeSpan.Zero"/>, the default, to
    /// answer at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan PickupWait { get; init => field = Duration(value, nameof(PickupWait), PickupApi.LongestWait); }

    /// <summary>
    /// The time after which finished jobs are removed; at most 366 days, <see cref="TimeSpan.Zero"/>, the default, to keep them. A job with
    /// <c>keep: true</c> stays, and so does one that a waiting job depends on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan KeepFinished { get; init => field = Duration(value, nameof(KeepFinished)); }

    /// <summary>
    /// The time after which jobs that ended in an error are removed; otherwise like <see cref="KeepFinished"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan KeepErrors { get; init => field = Duration(value, nameof(KeepErrors)); }

    /// <summary>The number of ended jobs beyond which the first ended ones are removed; 0, the default, for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int KeepJobs { get; init => field = InRange(value, 0, int.MaxValue, nameof(KeepJobs)); }

    /// <summary>
    /// The addresses to which the end of each job is posted as JSON, at least once; none by default. Redirects are not followed. A native
    /// executable for Linux has no TLS: there <c>https</c> is refused at the start.
    /// </summary>
    /// <exception cref="ArgumentException">A value is not an address of http or https, or has a user name, a backslash or dots.</exception>
    public IReadOnlyList<string> Webhooks { get; init => field = HookRules.Urls(value, nameof(Webhooks)); } = [];

    /// <summary>
    /// The ends of jobs that hooks report: <c>finished</c>, <c>error</c>, which includes cancelled jobs, or <c>cancelled</c>; the first two
    /// by default.
    /// </summary>
    /// <exception cref="ArgumentException">There is no value, or it is none of these.</exception>
    public IReadOnlyList<string> WebhookStates { get; init => field = HookRules.States(value, nameof(WebhookStates)); } =
        ["finished", "error"];

    /// <summary>
    /// The addresses below which a job's own <c>webhook</c> is called: whole origins, and whole segments of the path. None by default:
    /// webhooks of jobs are ignored. Names must resolve to public addresses, unless a prefix names the address itself or <c>localhost</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A value is not such an address.</exception>
    public IReadOnlyList<string> AllowJobWebhooks { get; init => field = HookRules.Prefixes(value, nameof(AllowJobWebhooks)); } = [];

    /// <summary>
    /// A command that the system's shell runs at the end of each job, with the JSON of <see cref="Webhooks"/> on its standard input; null,
    /// the default, for none.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Hook { get; init => field = NotEmpty(value, nameof(Hook)); }

    /// <summary>
    /// True if the name of a worker belongs to one worker only: one that asks for work while it has a job has lost that job, which is
    /// requeued at once. False by default: names may be shared, and the job's status says what is suspected.
    /// </summary>
    public bool ExclusiveNames { get; init; }

    /// <summary>True to repair a damaged database, which keeps what can be read and reports what was dropped; false by default.</summary>
    public bool Recover { get; init; }

    /// <summary>
    /// True to let HttpListener itself listen on the public address, without the gate in front of it: for a server behind a reverse proxy.
    /// False by default. Except on Windows, the address 127.0.0.1 has no gate in any case.
    /// </summary>
    public bool Direct { get; init; }

    /// <summary>True if the gate stands in front of HttpListener.</summary>
    internal bool UsesGate => !Direct && NeedsGate(Host, OperatingSystem.IsWindows());

    internal GateLimits Gate { get; init; } = new();

    internal HttpLimits Limits { get; init; } = new();

    internal StorageOptions Storage { get; init; } = new();

    internal HookLimits HookLimits { get; init; } = new();

    /// <summary>Lines for the log about settings that were ignored.</summary>
    internal IReadOnlyList<string> Notices { get; init; } = [];

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The longest time that a stop takes: the sum of its parts.</summary>
    internal TimeSpan StopTimeout => Limits.ShutdownTimeout + Storage.FinalCheckpointTimeout + Log.FlushTimeout
        + (StoreRules.Settings(this) is { } redis ? 3 * redis.Timeout : TimeSpan.Zero)
        + (HookRules.Settings(this).IsAny ? HookLimits.StopTimeout : TimeSpan.Zero);

    internal ServiceSettings ServiceSettings => new()
    {
        Ordering = Ordering,
        RetryPolicy = RetryPolicy,
        RetentionPolicy = RetentionPolicy,
        Hooks = HookRules.Settings(this),
        PickupWait = PickupWait,
        OpensMetrics = OpenMetrics,
        Secrets = new SecretAuthentication(Secret, ReadSecret, SubmitSecret),
        Limits = Limits,
        Clock = Clock,
    };

    internal RetryPolicy RetryPolicy => new()
    {
        PickedTimeout = PickedTimeout,
        Lease = Lease,
        MaxAttempts = MaxAttempts,
        RetryDelay = RetryDelay,
        ExclusiveNames = ExclusiveNames,
    };

    /// <summary>Returns the path of the database: the given one, or the one of this user.</summary>
    /// <exception cref="StorageException">None is given, and the user has no home folder.</exception>
    internal string DatabasePath()
    {
        if (Database is not null) return Database;
        var home = Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        return string.IsNullOrEmpty(home)
            ? throw new StorageException(StorageProblem.NoHomeFolder, "the home folder for the database is not known")
            : Path.Combine(home, "nexrender", "database.js");
    }

    /// <summary>
    /// Returns true if a host has the gate in front unless it is direct. On Windows 127.0.0.1 has it too: HttpListener would need an
    /// administrator's reservation for every host but localhost.
    /// </summary>
    internal static bool NeedsGate(string? host, bool isWindows) => isWindows || !(IPAddress.TryParse(host, out var address)
        && address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address));

    internal TimeSpan RetentionPeriod { get; init; } = new RetentionPolicy().Period;

    internal RetentionPolicy RetentionPolicy => new()
    {
        KeepFinished = KeepFinished,
        KeepErrors = KeepErrors,
        KeepJobs = KeepJobs,
        Period = RetentionPeriod,
    };

    private static int InRange(int value, int min, int max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
        return value;
    }

    private static TimeSpan Duration(TimeSpan value, string name, TimeSpan? max = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max ?? MaxDuration, name);
        return value;
    }

    private static TimeSpan LeadTime(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1), name);
        return Duration(value, name, TimeSpan.FromMinutes(10));
    }

    private static T Defined<T>(T value, string name)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, "the value is not defined");

    private static string? NotEmpty(string? value, string name) =>
        value is { Length: 0 } ? throw new ArgumentException("the value is empty; use null for the default", name) : value;
}
