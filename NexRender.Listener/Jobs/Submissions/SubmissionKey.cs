namespace NexRender.Listener.Jobs.Submissions;

/// <summary>The key by which a repeated submission is recognized.</summary>
/// <param name="Key">The key that the client chose.</param>
/// <param name="Request">The checksum of the request: the same key with another request is an error of the client.</param>
/// <param name="Write">Writes the answer to the submission, a JSON value.</param>
internal sealed record SubmissionKey(string Key, string Request, Func<Submission, byte[]> Write);
