namespace NexRender.Listener;

/// <summary>The rules that the secrets of the roles must meet together.</summary>
internal static class SecretRules
{
    /// <summary>Checks the secrets of a server before it starts.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">Returns the name that an option has for the person who set it.</param>
    /// <returns>What is wrong and what to do; <c>null</c> if nothing is.</returns>
    public static string? Check(ListenerOptions options, Func<string, string> name)
    {
        var (secret, read, submit) = (Trim(options.Secret), Trim(options.ReadSecret), Trim(options.SubmitSecret));
        var full = name(nameof(ListenerOptions.Secret));
        if (IsBlank(options.ReadSecret)) return Blank(name(nameof(ListenerOptions.ReadSecret)));
        if (IsBlank(options.SubmitSecret)) return Blank(name(nameof(ListenerOptions.SubmitSecret)));
        if (secret.Length == 0 && (read.Length > 0 || submit.Length > 0))
        {
            var given = name(read.Length > 0 ? nameof(ListenerOptions.ReadSecret) : nameof(ListenerOptions.SubmitSecret));
            return $"{given} has no effect without {full}, because everything is allowed then; set {full}, or omit {given}";
        }
        return Equal(secret, read) ? Same(full, name(nameof(ListenerOptions.ReadSecret)))
            : Equal(secret, submit) ? Same(full, name(nameof(ListenerOptions.SubmitSecret)))
            : Equal(read, submit) ? Same(name(nameof(ListenerOptions.ReadSecret)), name(nameof(ListenerOptions.SubmitSecret)))
            : null;
    }

    private static string Trim(string? secret) => secret?.Trim() ?? "";

    private static bool IsBlank(string? secret) => secret is { Length: > 0 } && string.IsNullOrWhiteSpace(secret);

    private static string Blank(string name) => $"{name} is only whitespace, which does not count; choose a secret, or omit {name}";

    private static bool Equal(string one, string other) => one.Length > 0 && string.Equals(one, other, StringComparison.Ordinal);

    private static string Same(string one, string other) => $"{one} and {other} are the same secret; choose a different one for each";
}
