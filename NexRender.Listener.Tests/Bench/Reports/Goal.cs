namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>A goal beside its figure.</summary>
/// <param name="What">The figure.</param>
/// <param name="Limit">The goal, as text.</param>
/// <param name="Measured">The figure of this run, as text.</param>
/// <param name="IsMet">True if it keeps the limit.</param>
/// <param name="Reason">The known reason why it may be missed.</param>
internal sealed record Goal(string What, string Limit, string Measured, bool IsMet, string Reason)
{
    /// <summary>The reason of a goal about which nothing has been found out.</summary>
    public const string NotInvestigated = "not investigated";
}
