namespace NexRender.Listener.Tests.Bench;

/// <summary>The measurements of a run; of several ones of the same cell the median counts.</summary>
internal sealed class Results
{
    private readonly Dictionary<Cell, List<double>> _values = [];

    public void Add(Cell cell, double value)
    {
        if (!_values.TryGetValue(cell, out var list)) _values[cell] = list = [];
        list.Add(value);
    }

    public double? this[Cell cell] => _values.TryGetValue(cell, out var list) ? Median(list) : null;

    public bool Has(TargetKind kind) => _values.Keys.Any(cell => cell.Kind == kind);

    public double? Ratio(Cell over, Cell under) => this[over] / this[under];

    private static double Median(List<double> list)
    {
        var sorted = list.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
