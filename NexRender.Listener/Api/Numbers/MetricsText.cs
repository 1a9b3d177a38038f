using System.Globalization;
using System.Text;
using NexRender.Listener.Farm.Numbers;

namespace NexRender.Listener.Api.Numbers;

/// <summary>Writes metrics in version 0.0.4 of the text format of Prometheus.</summary>
internal sealed class MetricsText
{
    /// <summary>The media type of the format.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "nexrender_";

    private readonly StringBuilder _text = new(16 << 10);
    private string _name = "";

    /// <summary>Begins a metric that can rise and fall.</summary>
    public MetricsText Gauge(string name, string help) => Begin(name, "gauge", help);

    /// <summary>Begins a metric that rises only, until the server is restarted; its name ends in <c>_total</c>.</summary>
    public MetricsText Counter(string name, string help) => Begin(name, "counter", help);

    /// <summary>Begins a metric of durations by size.</summary>
    public MetricsText Histogram(string name, string help) => Begin(name, "histogram", help);

    /// <summary>Writes a value of the present metric.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">What distinguishes it from the other values of the metric.</param>
    public MetricsText Value(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels, null);

    /// <summary>Writes the counts of a histogram as values of the present metric.</summary>
    public MetricsText Values(HistogramReading histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        for (var i = 0; i < histogram.Bounds.Length; i++) Sample("_bucket", histogram.Cumulative[i], labels, Number(histogram.Bounds[i]));
        Sample("_bucket", histogram.Count, labels, "+Inf");
        Sample("_sum", histogram.Sum, labels, null);
        return Sample("_count", histogram.Count, labels, null);
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private MetricsText Begin(string name, string type, string help)
    {
        _name = Prefix + name;
        _text.Append("# HELP ").Append(_name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(_name).Append(' ').Append(type).Append('\n');
        return this;
    }

    private MetricsText Sample(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels, string? bound)
    {
        _text.Append(_name).Append(suffix);
        var separator = '{';
        foreach (var (name, text) in labels)
        {
            AppendLabel(separator, name, text);
            separator = ',';
        }
        if (bound is not null) AppendLabel(separator, "le", bound);
        if (labels.Length > 0 || bound is not null) _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
        return this;
    }

    private void AppendLabel(char separator, string name, string value)
    {
        _text.Append(separator).Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c is '\\' or '"') _text.Append('\\').Append(c);
            else if (c == '\n') _text.Append("\\n");
            else _text.Append(c);
        }
        _text.Append('"');
    }
}
