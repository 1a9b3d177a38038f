using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Api.Many;

/// <summary>Answers a submission that is repeated with the same <c>Idempotency-Key</c> like the first time.</summary>
internal sealed class RepeatedRequests(JobStore store)
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    // The submissions in flight, by key: a second one with the same key waits for the first.
    private readonly Dictionary<string, Task> _inFlight = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Returns true if a request has a key.</summary>
    public static bool HasKey(ApiRequest request) => request.Header(Header) is not null;

    /// <summary>Handles a submission, or returns the answer to the first one with its key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="submit">Handles it. Its answer is remembered under the key, if there is one.</param>
    public async ValueTask<ApiResponse> HandleAsync(ApiRequest request, Func<ApiRequest, RequestKey?, ValueTask<ApiResponse>> submit)
    {
        if (request.Header(Header) is not { } key || SubmissionsApi.IsDryRun(request))
            return await submit(request, null).ConfigureAwait(false);
        if (key.Length is 0 or > MaxLength || key.Any(c => c is <= ' ' or > '~'))
            return ApiResponse.Text(400, $"the {Header} must be 1 to {MaxLength} visible ASCII characters");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (Enter(key, ended.Task) is { } other) await other.ConfigureAwait(false);
        try
        {
            return await AnswerAsync(request, key, submit).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock) _inFlight.Remove(key);
            ended.SetResult();
        }
    }

    private Task? Enter(string key, Task ended)
    {
        lock (_lock)
        {
            if (_inFlight.TryGetValue(key, out var other)) return other;
            _inFlight.Add(key, ended);
            return null;
        }
    }

    private async ValueTask<ApiResponse> AnswerAsync(
        ApiRequest request, string key, Func<ApiRequest, RequestKey?, ValueTask<ApiResponse>> submit)
    {
        // It detects mistakes, not attacks: a client that has the secret may submit anything.
        var checksum = $"{request.Match.Route.Template} {request.Body.Length} {Crc32C.Compute(request.Body.Span):x8}";
        var answer = await store.Many.FindAnswerAsync(key).ConfigureAwait(false);
        if (answer is null) return await submit(request, new RequestKey(key, checksum)).ConfigureAwait(false);
        return answer.Request == checksum
            ? ApiResponse.Json(answer.Body).With("Idempotent-Replayed", "true")
            : ApiResponse.Text(422, $"the {Header} {key} was used for another request; use a new key for each submission");
    }
}
