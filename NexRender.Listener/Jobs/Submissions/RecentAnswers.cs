namespace NexRender.Listener.Jobs.Submissions;

/// <summary>
/// The answers to submissions with a key of the last 24 hours, at most 10,000 and 64 MB: a repeated submission gets the first answer.
/// Guarded by the store's lock.
/// </summary>
internal sealed class RecentAnswers(TimeProvider clock)
{
    private const int MaxCount = 10_000;
    private const long MaxBytes = 64 << 20;

    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Answer> _answers = new(StringComparer.Ordinal);
    private readonly Queue<Answer> _inOrder = new();
    private long _bytes;

    /// <summary>A number that differs after every change.</summary>
    public long Version { get; private set; }

    /// <summary>Returns the answer to the submission with a key; <c>null</c> if there is none.</summary>
    public Answer? Find(string key) =>
        _answers.TryGetValue(key, out var answer) && clock.GetUtcNow() - answer.At < Age ? answer : null;

    /// <summary>Adds an answer, and drops the oldest ones beyond the limits.</summary>
    public void Add(Answer answer)
    {
        Remove(answer.Key);
        Version++;
        _answers.Add(answer.Key, answer);
        _inOrder.Enqueue(answer);
        _bytes += answer.Body.Length;
        var oldest = clock.GetUtcNow() - Age;
        while (_inOrder.TryPeek(out var first) && (_answers.Count > MaxCount || _bytes > MaxBytes || first.At <= oldest))
        {
            _inOrder.Dequeue();
            // One that was replaced or taken back is in the queue only.
            if (_answers.TryGetValue(first.Key, out var present) && ReferenceEquals(present, first)) Remove(first.Key);
        }
    }

    /// <summary>Takes an answer back, because its submission was rolled back.</summary>
    public void Remove(string key)
    {
        if (!_answers.Remove(key, out var answer)) return;
        Version++;
        _bytes -= answer.Body.Length;
    }

    /// <summary>Adds an answer as it was written to the disk; what is not one is ignored.</summary>
    public void Load(byte[] json)
    {
        if (Answer.Read(json) is { } answer) Add(answer);
    }

    /// <summary>Copies the answers, to be written to the disk.</summary>
    public Answer[] ToArray() => [.. _answers.Values.OrderBy(answer => answer.At)];
}
