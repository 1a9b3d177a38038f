using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener;

/// <summary>Validates the options of hooks.</summary>
internal static class HookRules
{
    /// <summary>Returns the reason why a text is not the address of a webhook; <c>null</c> if it is.</summary>
    public static string? CheckUrl(string text) => WebhookUrl.Check(text, out _);

    /// <summary>Returns the reason why a text is not a prefix for webhooks of jobs; <c>null</c> if it is.</summary>
    public static string? CheckPrefix(string text) => WebhookPrefix.Check(text, out _);

    /// <summary>Returns a copy of addresses.</summary>
    /// <exception cref="ArgumentException">One of them is not valid.</exception>
    public static IReadOnlyList<string> Urls(IReadOnlyList<string> values, string name) => Each(values, name, CheckUrl);

    /// <summary>Returns a copy of prefixes.</summary>
    /// <exception cref="ArgumentException">One of them is not valid.</exception>
    public static IReadOnlyList<string> Prefixes(IReadOnlyList<string> values, string name) => Each(values, name, CheckPrefix);

    /// <summary>Returns a copy of the names of states.</summary>
    /// <exception cref="ArgumentException">There are none, or one of them is not known.</exception>
    public static IReadOnlyList<string> States(IReadOnlyList<string> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (EndStates.Parse(values) is null) throw new ArgumentException($"the states are some of {EndStates.All}", name);
        return [.. values];
    }

    /// <summary>Checks the hooks of a server before it starts.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">Returns the name that an option has for the person who set it.</param>
    /// <returns>What is wrong and what to do; <c>null</c> if nothing is.</returns>
    public static string? Check(ListenerOptions options, Func<string, string> name)
    {
        if (WebhookClient.HasTls) return null;
        string[] given =
        [
            .. options.Webhooks.Select(url => $"{name(nameof(options.Webhooks))} {Describe(url)}"),
            .. options.AllowJobWebhooks.Select(url => $"{name(nameof(options.AllowJobWebhooks))} {Describe(url)}"),
        ];
        return Array.Find(given, hook => hook.Contains(" https:", StringComparison.Ordinal)) is { } first
            ? $"{first} needs TLS, which this file does not have; use {name(nameof(options.Hook))} with a command such as curl, "
                + "or the portable file"
            : null;
    }

    /// <summary>Returns the hooks of valid options.</summary>
    public static HookSettings Settings(ListenerOptions options) => new()
    {
        Webhooks = [.. options.Webhooks.Select(Url)],
        AllowedPrefixes = [.. options.AllowJobWebhooks.Select(Prefix)],
        Command = options.Hook,
        States = EndStates.Parse(options.WebhookStates)!,
        // Whitespace around the secret does not count for requests either.
        Secret = options.Secret?.Trim() ?? "",
        UserAgent = Product.Token,
        Limits = options.HookLimits,
    };

    private static string[] Each(IReadOnlyList<string> values, string name, Func<string, string?> check)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        foreach (var value in values)
            if (check(value) is { } problem) throw new ArgumentException($"{value} cannot be used: {problem}", name);
        return [.. values];
    }

    private static string Describe(string url) => WebhookUrl.Describe(Url(url));

    private static Uri Url(string text)
    {
        WebhookUrl.Check(text, out var url);
        return url!;
    }

    private static WebhookPrefix Prefix(string text)
    {
        WebhookPrefix.Check(text, out var prefix);
        return prefix!;
    }
}
