namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>The measurements of a run; of several ones of the same cell the median counts.</summary>
internal sealed class Results
{
    private readonly Dictionary<Cell, List<double>> _values = [];

    /// <summary>The sections that could not be measured, with the reason.</summary>
    public List<string> Problems { get; } = [];

    public void Add(Cell cell, double value)
    {
        if (!_values.TryGetValue(cell, out var list)) _values[cell] = list = [];
        list.Add(value);
    }

    public double? this[Cell cell] => _values.TryGetValue(cell, out var list) ? Median(list) : null;

    public double? Ratio(Cell over, Cell under) => this[over] / this[under];

    /// <summary>Half of the distance between the least and the greatest value as a share of the median; <c>null</c> for one.</summary>
    public double? Spread(Cell cell) =>
        _values.TryGetValue(cell, out var list) && list.Count > 1 && Median(list) is > 0 and var median
            ? (list.Max() - list.Min()) / 2 / median : null;

    private static double Median(List<double> list)
    {
        var sorted = list.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
