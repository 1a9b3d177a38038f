using System.Text.Json;
using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Readme;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>The alerts and the dashboard are loaded by what they are for, and use metrics that exist.</summary>
[TestClass]
public sealed class MonitoringFileTests
{
    private const string Alerts = "prometheus-alerts.yml";
    private const string Dashboard = "grafana-dashboard.json";

    [TestMethod]
    public Task Promtool_accepts_the_alerts() => Promtool.CheckRules(DeploymentTests.File(Alerts));

    [TestMethod]
    public async Task The_alerts_use_metrics_that_exist()
    {
        var expressions = Regex.Matches(DeploymentTests.Read(Alerts), "(?m)^ +expr: (.+)$").Select(match => match.Groups[1].Value).ToList();
        Assert.HasCount(Regex.Count(DeploymentTests.Read(Alerts), "- alert: "), expressions);
        await AssertMetricsExist(expressions);
    }

    [TestMethod]
    public void The_dashboard_has_the_members_that_Grafana_needs()
    {
        using var document = JsonDocument.Parse(DeploymentTests.Read(Dashboard));
        var dashboard = document.RootElement;
        foreach (var name in new[] { "title", "uid", "schemaVersion", "time", "templating", "panels", "refresh", "tags" })
            Assert.IsTrue(dashboard.TryGetProperty(name, out _), name);
        // Grafana gives an imported dashboard its own number.
        Assert.AreEqual(JsonValueKind.Null, dashboard.GetProperty("id").ValueKind);
        var variable = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Single();
        Assert.AreEqual("datasource prometheus", $"{variable.GetProperty("type")} {variable.GetProperty("query")}");
        var source = $"${{{variable.GetProperty("name")}}}";
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.AreEqual(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        foreach (var panel in panels)
        {
            Assert.IsNotEmpty(panel.GetProperty("title").GetString()!);
            Assert.Contains(panel.GetProperty("type").GetString(), new[] { "stat", "timeseries" });
            Assert.AreEqual(source, panel.GetProperty("datasource").GetProperty("uid").GetString());
            AssertPlace(panel.GetProperty("gridPos"));
            var targets = panel.GetProperty("targets").EnumerateArray().ToList();
            Assert.IsNotEmpty(targets);
            Assert.AreEqual(targets.Count, targets.Select(target => target.GetProperty("refId").GetString()).Distinct().Count());
        }
    }

    [TestMethod]
    public async Task Promtool_accepts_the_queries_of_the_dashboard()
    {
        using var folder = new TempFolder();
        var rules = Queries().Select((query, i) => $"      - record: query:{i}\n        expr: {JsonSerializer.Serialize(query)}\n");
        await Promtool.CheckRules(folder.Write("queries.yml", $"groups:\n  - name: queries\n    rules:\n{string.Concat(rules)}"));
    }

    [TestMethod]
    public Task The_queries_of_the_dashboard_use_metrics_that_exist() => AssertMetricsExist(Queries());

    private static List<string> Queries()
    {
        using var document = JsonDocument.Parse(DeploymentTests.Read(Dashboard));
        return
        [
            .. from panel in document.RootElement.GetProperty("panels").EnumerateArray()
            from target in panel.GetProperty("targets").EnumerateArray()
            select target.GetProperty("expr").GetString()!,
        ];
    }

    private static void AssertPlace(JsonElement place)
    {
        var (x, width) = (place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32());
        // The grid of Grafana has 24 columns.
        Assert.IsTrue(x >= 0 && width > 0 && x + width <= 24, place.GetRawText());
        Assert.IsTrue(place.GetProperty("y").GetInt32() >= 0 && place.GetProperty("h").GetInt32() > 0, place.GetRawText());
    }

    private static async Task AssertMetricsExist(List<string> queries)
    {
        await using var server = await TestServer.Start(isGated: true);
        var metrics = await Metrics.Get(server);
        foreach (var query in queries)
        {
            var names = Regex.Matches(query, "nexrender_[a-z_]+").Select(match => match.Value).ToList();
            Assert.IsTrue(names.Count > 0 || query.StartsWith("up{", StringComparison.Ordinal), query);
            foreach (var name in names) Assert.IsTrue(metrics.Has(name), $"{name} of {query} is not a metric.");
        }
    }
}
