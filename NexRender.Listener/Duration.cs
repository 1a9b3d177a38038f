using System.Globalization;

namespace NexRender.Listener;

/// <summary>Lengths of time as people write them: <c>90</c> or <c>90s</c>, <c>500ms</c>, <c>2m</c>, <c>1.5h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    /// <summary>Reads a length of time of at most a year; <c>null</c> where the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (unit, factor) = Array.Find(Units, known => text.EndsWith(known.Unit, StringComparison.Ordinal));
        var isNumber = double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        return isNumber && number * factor is >= 0 and <= 366 * 86_400 ? TimeSpan.FromSeconds(number * factor) : null;
    }
}
