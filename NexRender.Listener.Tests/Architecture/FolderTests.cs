namespace NexRender.Listener.Tests.Architecture;

/// <summary>Dependencies between the folders of the product point in one direction.</summary>
[TestClass]
public sealed class FolderTests
{
    // Each may use those after it. The last two are below all others and do not know each other.
    private static readonly string[] Order = [SourceFile.Root, "Http", "Api", "Farm", "Jobs", "Storage", "Network", "Logging", "Json"];

    [TestMethod]
    public void No_dependency_points_back()
    {
        var finder = new DependencyFinder(SourceFile.All("NexRender.Listener"));
        Assert.AreEqual("", string.Join('\n', finder.Errors));
        var dependencies = finder.Find().ToList();
        // These exist, so a finder that sees nothing would show.
        Assert.IsTrue(dependencies.Exists(use => use is { From: "Http", To: "Api" }));
        Assert.IsTrue(dependencies.Exists(use => use is { From: "Jobs", To: "Storage" }));
        Assert.AreEqual("", string.Join('\n', dependencies.Where(use => !IsAllowed(use))));
    }

    [TestMethod]
    public void Every_folder_has_its_place_in_the_order() =>
        Assert.IsEmpty(SourceFile.All("NexRender.Listener").Select(file => file.Room).Distinct().Except(Order));

    [TestMethod]
    [DataRow("var job = Factory.Make();")]
    [DataRow("_ = Factory.Make().ToString();")]
    [DataRow("foreach (var job in Factory.MakeMany()) { }")]
    [DataRow("Jobs.Job job = null!;")]
    [DataRow("_ = typeof(Jobs.Job);")]
    [DataRow("_ = Jobs.Job.Count;")]
    [DataRow("_ = new System.Collections.Generic.List<Jobs.Job[]>();")]
    public void A_use_is_seen_in_every_form(string statement)
    {
        SourceFile[] sources =
        [
            new("Jobs/Job.cs", "namespace Jobs; public class Job { public static int Count => 1; }"),
            new(
                "Jobs/Factory.cs",
                "class Factory { internal static Jobs.Job Make() => new(); internal static Jobs.Job[] MakeMany() => []; }"),
            new("Json/Reader.cs", $$"""public static class Reader { public static void Read() { {{statement}} } }"""),
            new("Main.cs", "Reader.Read();"),
        ];
        var finder = new DependencyFinder(sources);
        Assert.AreEqual("", string.Join('\n', finder.Errors));
        Assert.Contains("Json -> Jobs: Json/Reader.cs:1 uses Job", finder.Find().Select(use => use.ToString()));
    }

    private static bool IsAllowed(Dependency use) =>
        Array.IndexOf(Order, use.From) < Array.IndexOf(Order, use.To) && use is not { From: "Logging", To: "Json" };
}
