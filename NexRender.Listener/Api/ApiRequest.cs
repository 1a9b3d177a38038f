using NexRender.Listener.Api.Access;

namespace NexRender.Listener.Api;

/// <summary>A request as handlers see it.</summary>
internal abstract class ApiRequest
{
    private QueryString? _query;

    /// <summary>The route of the request, with the decoded values of its parameters.</summary>
    public required RouteMatch Match { get; init; }

    /// <summary>The role that the secret of the request has; <c>null</c> without one on a route that requires none.</summary>
    public Role? Role => Match.Role;

    /// <summary>The body; valid until the handler has returned.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The parameters of the query.</summary>
    /// <exception cref="InvalidQueryException">The query is not valid percent-encoded UTF-8.</exception>
    public QueryString Query => _query ??= QueryString.Parse(RawQuery);

    /// <summary>The submitter of a job: the client that a proxy names, or the address that the request came from.</summary>
    public string Creator => NonEmptyHeader("x-forwarded-for") ?? RemoteAddress;

    /// <summary>True if the client has sent a worker's name.</summary>
    public bool IsNamed => NonEmptyHeader("nexrender-name") is not null;

    /// <summary>The worker that takes a job or reports on it: the name that it sends, or the same as <see cref="Creator"/>.</summary>
    public string Executor => NonEmptyHeader("nexrender-name") ?? Creator;

    /// <summary>The address that the request came from.</summary>
    public abstract string RemoteAddress { get; }

    /// <summary>Cancelled when the client has disconnected, if the server can know that; the gate knows it within a second.</summary>
    public virtual CancellationToken Disconnected => CancellationToken.None;

    /// <summary>
    /// True if the client has closed its sending direction, or disconnected, if the server can know that. Most such clients have
    /// disconnected; the gate knows it at once.
    /// </summary>
    public virtual bool HasClosed => false;

    /// <summary>True if the response may wait for something; false if the connections that are left are needed for others.</summary>
    public virtual bool MayWait => true;

    /// <summary>The path as it was sent, without the query.</summary>
    public abstract string Path { get; }

    /// <summary>Cancelled when the server stops: a response that waits for something must be sent then.</summary>
    protected virtual CancellationToken Stopping => CancellationToken.None;

    /// <summary>The query as it was sent, without the question mark; empty if there is none.</summary>
    protected abstract string RawQuery { get; }

    /// <summary>Returns the value of a parameter of the route.</summary>
    /// <param name="name">The name of the parameter, without the colon.</param>
    public string RouteValue(string name) => Match.Value(name);

    /// <summary>Suspends the deadline of the request, because its response waits for something.</summary>
    protected virtual void SuspendDeadline() { }

    /// <summary>Begins a wait of the response, whose deadline is suspended.</summary>
    /// <param name="timeout">The longest time of the wait.</param>
    /// <returns>The end of the wait: the timeout, the disconnection of the client, or a stop of the server. To be disposed.</returns>
    public CancellationTokenSource BeginWait(TimeSpan timeout)
    {
        SuspendDeadline();
        var ended = CancellationTokenSource.CreateLinkedTokenSource(Disconnected, Stopping);
        ended.CancelAfter(timeout);
        return ended;
    }

    /// <summary>Returns the value of a header; <c>null</c> if it was not sent.</summary>
    public abstract string? Header(string name);

    private string? NonEmptyHeader(string name) => Header(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
