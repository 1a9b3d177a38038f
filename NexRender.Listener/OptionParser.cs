using NexRender.Listener.Api;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener;

/// <summary>Parses the values of options and variables, and collects what is wrong with them.</summary>
internal sealed class OptionParser
{
    public const string PortVariable = "NEXRENDER_PORT";

    private readonly List<string> _notices = [];

    /// <summary>The problems of the options, a sentence each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Settings that were ignored, for the log.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Returns the name on the command line of an option that programs know as a property.</summary>
    public static string OptionName(string property) => property switch
    {
        nameof(ListenerOptions.ReadSecret) => "--read-secret",
        nameof(ListenerOptions.SubmitSecret) => "--submit-secret",
        nameof(ListenerOptions.Webhooks) => "--webhook",
        nameof(ListenerOptions.AllowJobWebhooks) => "--allow-job-webhooks",
        nameof(ListenerOptions.Hook) => "--hook",
        nameof(ListenerOptions.Store) => "--store",
        nameof(ListenerOptions.Advertise) => "--advertise",
        nameof(ListenerOptions.RedisReplicas) => "--redis-replicas",
        nameof(ListenerOptions.Takeover) => "--takeover",
        nameof(ListenerOptions.Database) => "--database",
        nameof(ListenerOptions.Recover) => "--recover",
        _ => "--secret",
    };

    public int? Port((string? Text, string Source) given)
    {
        var (text, source) = given;
        if (text is null) return null;
        if (ushort.TryParse(text, out var port) && port > 0) return port;
        // Kubernetes sets the variable to the address of a service that is called nexrender.
        if (source == PortVariable && text.StartsWith("tcp://", StringComparison.Ordinal))
        {
            _notices.Add($"ignoring {source}={text}, the address of a Kubernetes service; use --port to choose a port");
            return null;
        }
        Problems.Add($"{source} must be a number from 1 to 65535, not \"{text}\"");
        return null;
    }

    public JobOrdering? Ordering((string? Text, string Source) given)
    {
        var (text, source) = given;
        if (text is null) return null;
        if (JobOrderingNames.Parse(text) is { } ordering) return ordering;
        Problems.Add($"{source} must be one of {JobOrderingNames.All}, not \"{text}\"");
        return null;
    }

    public LogFormat LogFormat(string? text)
    {
        if (text is not (null or "text" or "json")) Problems.Add($"--log-format must be text or json, not \"{text}\"");
        return text == "json" ? Listener.LogFormat.Json : Listener.LogFormat.Text;
    }

    public TimeSpan? Duration(string name, string? text)
    {
        if (text is null) return null;
        var duration = Jobs.Duration.Parse(text);
        if (duration is null) Problems.Add($"{name} must be a duration such as 90s, 2m or 1.5h, not \"{text}\"");
        return duration;
    }

    public TimeSpan? PickupWait((string? Text, string Source) given)
    {
        var (text, source) = given;
        if (text is null) return null;
        if (Jobs.Duration.Parse(text) is { } wait && wait <= PickupApi.LongestWait) return wait;
        Problems.Add($"{source} must be a duration of at most {PickupApi.LongestWait.TotalSeconds}s such as 30s, not \"{text}\"");
        return null;
    }

    public TimeSpan? LeadTimeout(string name, string? text)
    {
        if (text is null) return null;
        if (Jobs.Duration.Parse(text) is { TotalSeconds: >= 1, TotalMinutes: <= 10 } timeout) return timeout;
        Problems.Add($"{name} must be a duration from 1s to 10m, not \"{text}\"");
        return null;
    }

    /// <summary>Checks a value that may be missing.</summary>
    /// <param name="given">The value, and the option or the variable that it is from.</param>
    /// <param name="check">Returns what is wrong with it; <c>null</c> if nothing is.</param>
    public string? Checked((string? Text, string Source) given, Func<string, string?> check)
    {
        if (given.Text is null || check(given.Text) is not { } problem) return given.Text;
        // Not the value, which may hold a password.
        Problems.Add($"{given.Source} {problem}");
        return null;
    }

    public int? Number(string name, string? text, int min)
    {
        if (text is null) return null;
        if (int.TryParse(text, out var number) && number >= min) return number;
        Problems.Add($"{name} must be a number, {min} or more, not \"{text}\"");
        return null;
    }

    /// <summary>Parses a variable that is 1 or 0.</summary>
    public bool Flag(string name, string? text)
    {
        switch (text?.ToLowerInvariant())
        {
            case "1" or "true":
                return true;
            case null or "" or "0" or "false":
                return false;
            default:
                Problems.Add($"{name} must be 1 or 0, not \"{text}\"");
                return false;
        }
    }

    /// <summary>Parses names of ends of jobs, with commas between them.</summary>
    public string[]? EndStates(string? text)
    {
        if (text is null) return null;
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        if (Farm.Hooks.EndStates.Parse(names) is not null) return names;
        Problems.Add($"--webhook-states must be some of {Farm.Hooks.EndStates.All}, not \"{text}\"");
        return null;
    }

    /// <summary>Checks each value of an option that may be repeated.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="values">The values.</param>
    /// <param name="check">Returns what is wrong with a value; <c>null</c> if nothing is.</param>
    /// <returns>The values; none if one of them is wrong.</returns>
    public string[] Each(string name, string[] values, Func<string, string?> check)
    {
        var count = Problems.Count;
        foreach (var value in values)
            if (check(value) is { } problem) Problems.Add($"{name} \"{value}\" cannot be used: {problem}");
        return Problems.Count == count ? values : [];
    }
}
