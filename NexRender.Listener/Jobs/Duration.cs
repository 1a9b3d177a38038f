using System.Globalization;

namespace NexRender.Listener.Jobs;

/// <summary>Parses durations as people write them: <c>90</c> or <c>90s</c>, <c>500ms</c>, <c>2m</c>, <c>1.5h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    /// <summary>Parses a duration of at most 366 days; returns <c>null</c> if the text is not one.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (unit, factor) = Array.Find(Units, known => text.EndsWith(known.Unit, StringComparison.Ordinal));
        var digits = text.AsSpan(0, text.Length - unit.Length);
        var isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        return isNumber && number * factor is >= 0 and <= 366 * 86_400 ? TimeSpan.FromSeconds(number * factor) : null;
    }
}
