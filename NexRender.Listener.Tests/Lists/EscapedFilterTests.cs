using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>Filters on members find a value in whatever form it stands in the JSON: escaped, in another case, a number.</summary>
[TestClass]
public sealed class EscapedFilterTests
{
    private const string Database =
        """
        [{"uid":"a","state":"queued","type":"f\u0069lm","executor":"m\u0061c","batchId":"b\u0031",
         "template":{"src":"C:\\work\\Intro.aep","composition":"m\u0061in"},"output":"\/out\/a.mov"},
        {"uid":"b","state":"started","startedAt":"x","type":5,"executor":7,"batchId":9,
         "template":{"src":"file:///out/b.aep","composition":"Gr\u00fcn"},"output":"say \"hi\""},
        {"uid":"c","state":"finished","type":"a/b","executor":8,"batchId":10,"dependsOn":["a"],
         "template":{"src":"s","composition":"GRÜN"},"output":12345},
        {"uid":"d","state":"picked","executor":"mac","type":"a\/b","batchId":"9",
         "note":"film main /out/ 12345","template":{"src":"s","composition":"a\nb"}},
        {"\u0074ype":"film","uid":"\u0065","state":"error","executor":["mac"],"template":{"s\u0072c":"\u212a","composition":"s"}}]
        """;

    [TestMethod]
    [DataRow("type=film", "a e")]
    [DataRow("type=FILM", "")]
    [DataRow("type=5", "b")]
    [DataRow("type=a/b", "c d")]
    [DataRow("type=5,film", "a b e")]
    [DataRow("executor=mac", "a d")]
    [DataRow("executor=7", "b")]
    [DataRow("executor=8,mac", "a c d")]
    [DataRow("executor=finished", "")]
    [DataRow("batch=b1", "a")]
    [DataRow("batch=9", "b d")]
    [DataRow("batch=10", "c")]
    [DataRow("batch=b1,10", "a c")]
    [DataRow("q=MAIN", "a")]
    [DataRow("q=c:%5CWORK%5C", "a")]
    [DataRow("q=%2Fout%2F", "a b")]
    [DataRow("q=gr%C3%BCn", "b c")]
    [DataRow("q=%22HI%22", "b")]
    [DataRow("q=234", "c")]
    [DataRow("q=A%0Ab", "d")]
    [DataRow("q=E&states=error", "e")]
    [DataRow("q=k", "a")]
    [DataRow("q=a&type=film&executor=mac&batch=b1", "a")]
    [DataRow("q=s&type=a/b&batch=10", "c")]
    public async Task A_value_is_found_in_any_form(string query, string uids)
    {
        await using var server = await TestServer.Start(database: Database);
        Assert.AreEqual(uids, (await server.Get($"jobs?{query}")).Expect(200).Uids);
    }

    [TestMethod]
    public void No_character_beyond_ASCII_is_another_case_of_one_within()
    {
        var beyond = Enumerable.Range(128, char.MaxValue - 127).Select(code => ((char)code).ToString()).ToList();
        foreach (var within in Enumerable.Range(0, 128).Select(code => ((char)code).ToString()))
            Assert.IsFalse(beyond.Any(other => other.Equals(within, StringComparison.OrdinalIgnoreCase)), within);
    }
}
