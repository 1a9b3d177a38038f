using System.Collections;
using System.Globalization;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>Collects the goals whose figures were measured; the others are left out.</summary>
internal sealed class GoalList : IEnumerable<Goal>
{
    private readonly List<Goal> _goals = [];

    /// <summary>Adds a ratio, or another figure, that shall be large.</summary>
    /// <param name="what">The figure.</param>
    /// <param name="limit">The least value that is good.</param>
    /// <param name="measured">The value; <c>null</c> if it was not measured.</param>
    /// <param name="reason">The known reason why it may be missed.</param>
    /// <param name="note">Stands behind the value.</param>
    public void AtLeast(string what, double limit, double? measured, string reason = Goal.NotInvestigated, string note = "")
    {
        if (measured is not { } value) return;
        _goals.Add(new Goal(what, $"{Text(limit)} or more", Format.Ratio(value) + note, Math.Round(value, 2) >= limit, reason));
    }

    /// <summary>Adds a figure that shall be small.</summary>
    /// <param name="what">The figure.</param>
    /// <param name="limit">The greatest value that is good.</param>
    /// <param name="measured">The value; <c>null</c> if it was not measured.</param>
    /// <param name="format">Formats the value.</param>
    /// <param name="reason">The known reason why it may be missed.</param>
    /// <param name="unit">The unit of the limit.</param>
    /// <param name="note">Stands behind the value.</param>
    public void AtMost(
        string what, double limit, double? measured, Func<double?, string> format, string reason = Goal.NotInvestigated,
        string unit = "", string note = "")
    {
        if (measured is not { } value) return;
        _goals.Add(new Goal(what, $"{Text(limit)}{unit} or less", format(value) + note, Math.Round(value, 2) <= limit, reason));
    }

    public IEnumerator<Goal> GetEnumerator() => _goals.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Text(double limit) => limit.ToString("#,0.##", CultureInfo.InvariantCulture);
}
