using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Page;

/// <summary>The files of the web page, as they come over HTTP.</summary>
[TestClass]
public sealed class PageFileTests
{
    private static readonly (string, string) Gzip = ("Accept-Encoding", "gzip, deflate");

    [TestMethod]
    public async Task The_page_needs_no_secret_and_allows_nothing_but_itself()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        var page = (await server.Get("/")).Expect(200, "<!doctype html>");
        Assert.AreEqual("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", page.Header("Content-Security-Policy")!);
        Assert.DoesNotContain("unsafe-inline", page.Header("Content-Security-Policy")!);
        Assert.AreEqual("nosniff", page.Header("X-Content-Type-Options"));
        (await server.Get("/page/app.js")).Expect(200, "import");
        (await server.Get("/?wall")).Expect(200);
        (await server.Get("/api/v1/jobs")).Expect(403);
    }

    [TestMethod]
    public async Task The_whole_page_weighs_less_than_60_KB_on_the_wire()
    {
        await using var server = await TestServer.Start();
        var files = new Dictionary<string, int>();
        await Fetch(server, "/", files);
        Assert.IsGreaterThan(20, files.Count);
        Assert.IsLessThan(60_000, files.Values.Sum());
    }

    [TestMethod]
    public async Task Both_encodings_have_the_same_contents()
    {
        await using var server = await TestServer.Start();
        var compressed = (await server.Get("/page/lib/dom.js", Gzip)).Expect(200);
        Assert.AreEqual("gzip", compressed.Header("Content-Encoding"));
        var plain = (await server.Get("/page/lib/dom.js")).Expect(200);
        Assert.IsNull(plain.Header("Content-Encoding"));
        Assert.AreEqual(plain.Text, Decompress(compressed.Body));
        Assert.AreEqual(plain.Header("ETag"), compressed.Header("ETag"));
        Assert.AreEqual("Accept-Encoding", plain.Header("Vary"));
        var refused = await server.Get("/page/lib/dom.js", ("Accept-Encoding", "gzip;q=0, identity"));
        Assert.IsNull(refused.Header("Content-Encoding"));
        var named = await server.Get("/page/lib/dom.js", ("Accept-Encoding", "*;q=0, gzip"));
        Assert.AreEqual("gzip", named.Header("Content-Encoding"));
    }

    [TestMethod]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        await using var server = await TestServer.Start();
        var tag = (await server.Get("/page/app.css")).Expect(200).Header("ETag")!;
        var again = (await server.Get("/page/app.css", Gzip, ("If-None-Match", $"\"other\", {tag}"))).Expect(304);
        Assert.IsEmpty(again.Body);
        Assert.AreEqual(tag, again.Header("ETag"));
        (await server.Get("/page/app.css", ("If-None-Match", "\"other\""))).Expect(200);
    }

    [TestMethod]
    public async Task HEAD_is_answered_like_GET_and_other_methods_are_refused()
    {
        await using var server = await TestServer.Start();
        var head = (await server.Send("HEAD", "/")).Expect(200);
        Assert.IsEmpty(head.Body);
        Assert.AreEqual((await server.Get("/")).Header("Content-Length"), head.Header("Content-Length"));
        Assert.AreEqual("GET,HEAD,OPTIONS", (await server.Send("DELETE", "/")).Expect(405).Header("Allow"));
    }

    [TestMethod]
    [DataRow("/page/nothing.js")]
    [DataRow("/page/lib/nothing.js")]
    [DataRow("/page/..%2Fapp.js")]
    [DataRow("/page")]
    [DataRow("/page/lib")]
    [DataRow("/page/types.d.ts")]
    public async Task A_path_that_the_page_does_not_have_is_404(string path)
    {
        await using var server = await TestServer.Start();
        (await server.Get(path)).Expect(404);
    }

    /// <summary>Fetches a file and all that it names, as a browser does.</summary>
    private static async Task Fetch(TestServer server, string path, Dictionary<string, int> files)
    {
        if (files.ContainsKey(path)) return;
        var answer = (await server.Get(path, Gzip)).Expect(200);
        files[path] = answer.Body.Length;
        var text = Decompress(answer.Body);
        foreach (Match match in Regex.Matches(text, """(?:src="|href="|from ')(page/[^"]+|\.[^']+)"""))
            await Fetch(server, new Uri(new Uri("http://page" + path), match.Groups[1].Value).AbsolutePath, files);
    }

    private static string Decompress(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
