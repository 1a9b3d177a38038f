namespace NexRender.Listener.Farm.Numbers;

/// <summary>The counts of a histogram as of one moment.</summary>
/// <param name="Bounds">The upper bounds in seconds.</param>
/// <param name="Cumulative">The number of durations up to each bound.</param>
/// <param name="Count">The number of all durations.</param>
/// <param name="Sum">The sum of all durations in seconds.</param>
internal sealed record HistogramReading(double[] Bounds, long[] Cumulative, long Count, double Sum);
