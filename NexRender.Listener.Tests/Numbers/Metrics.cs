using System.Globalization;
using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>The metrics of a response.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];

    private Metrics(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Regex.Match(line, "^# TYPE ([a-z0-9_]+) (gauge|counter|histogram)$") is { Success: true } type)
                _types.Add(type.Groups[1].Value, type.Groups[2].Value);
            if (line[0] == '#') continue;
            var end = line.LastIndexOf(' ');
            _samples.Add(line[..end], double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The names of the metrics.</summary>
    public IReadOnlyCollection<string> Names => _types.Keys;

    /// <summary>The names of the samples, with their labels.</summary>
    public IReadOnlyCollection<string> Samples => _samples.Keys;

    public static async Task<Metrics> Get(TestServer server) => new((await server.Get("metrics")).Expect(200).Text);

    /// <summary>Returns the value of a sample, named without the prefix.</summary>
    public double Of(string sample) =>
        _samples.TryGetValue($"nexrender_{sample}", out var value) ? value : throw new KeyNotFoundException(sample);

    /// <summary>Returns the sum of the samples whose names begin so, named without the prefix.</summary>
    public double Sum(string start) =>
        _samples.Where(sample => sample.Key.StartsWith($"nexrender_{start}", StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>Returns true if a name in a query is that of a metric, or of a part of a histogram.</summary>
    public bool Has(string name)
    {
        if (_types.TryGetValue(name, out var type)) return type != "histogram";
        var histogram = Regex.Match(name, "^(.*)_(bucket|sum|count)$").Groups[1].Value;
        return _types.GetValueOrDefault(histogram) == "histogram";
    }
}
