namespace NexRender.Listener.Tests.Life;

/// <summary>An attempt that is over, as the rules say it must be recorded.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Try">Its number since the full number of attempts was granted.</param>
/// <param name="Executor">The worker.</param>
/// <param name="Token">The token; <c>null</c> if the worker did not begin.</param>
/// <param name="State">How it ended.</param>
/// <param name="Errors">The texts of its errors.</param>
/// <param name="IsRetried">True if the server itself tries again after it.</param>
internal sealed record ModelAttempt(
    int Number, int Try, string? Executor, string? Token, string State, string Errors, bool IsRetried)
{
    public bool IsInterrupted => State == "interrupted";

    public bool IsFinal => State is "finished" or "cancelled" || (State == "error" && !IsRetried);

    public override string ToString() => $"{Number} {Executor} {Token} {State} {Errors}";
}
