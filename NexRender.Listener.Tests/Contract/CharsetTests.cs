using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The media types and charsets of bodies.</summary>
[TestClass]
public sealed class CharsetTests
{
    private static readonly string Job = Some.Job("grüße");

    [TestMethod]
    [DataRow("application/json", "utf-8")]
    [DataRow("text/plain", "utf-8")]
    [DataRow("text/plain;charset=UTF-8", "utf-8")]
    [DataRow("Text/JSON", "utf-8")]
    [DataRow("application/json; charset=\"utf-8\"", "utf-8")]
    [DataRow("application/json; charset=ISO-8859-1", "iso-8859-1")]
    [DataRow("text/plain; charset=latin1", "iso-8859-1")]
    [DataRow("application/json; charset=utf-16", "utf-16")]
    [DataRow("application/json; charset=utf-16le", "utf-16")]
    [DataRow("application/json; charset=UTF-16BE", "utf-16BE")]
    public async Task A_body_is_read_in_its_charset(string type, string encoding)
    {
        await using var server = await TestServer.Start();
        var body = Encoding.GetEncoding(encoding).GetBytes(Job);
        Assert.AreEqual("grüße", (await server.Send("POST", "jobs", body, ("Content-Type", type))).Expect(200).Member("uid"));
        (await server.Send("PUT", "jobs/gr%C3%BC%C3%9Fe", Encoding.GetEncoding(encoding).GetBytes("{}"),
            ("Content-Type", type))).Expect(200);
    }

    [TestMethod]
    [DataRow("application/json; charset=windows-1252", "windows-1252")]
    [DataRow("text/plain; charset=utf-32", "utf-32")]
    [DataRow("application/json; charset=x", "charset x is not supported")]
    public async Task Another_charset_is_refused_by_its_name(string type, string part)
    {
        await using var server = await TestServer.Start();
        (await server.Send("POST", "jobs", Encoding.UTF8.GetBytes(Job), ("Content-Type", type))).Expect(415, part);
    }

    [TestMethod]
    public async Task A_body_that_is_not_valid_in_its_charset_is_refused()
    {
        await using var server = await TestServer.Start();
        byte[] loneSurrogate = [0x7B, 0x00, 0x00, 0xD8];
        (await server.Send("POST", "jobs", loneSurrogate, ("Content-Type", "application/json; charset=utf-16"))).Expect(400,
            "not valid utf-16");
    }

    [TestMethod]
    public async Task An_empty_header_counts_as_none()
    {
        await using var server = await TestServer.Start();
        var created = (await server.Post(Some.Job("a"), ("x-forwarded-for", ""))).Expect(200);
        Assert.AreEqual("127.0.0.1", created.Member("creator"));
        var picked = (await server.Get("jobs/pickup", ("nexrender-name", " "), ("x-forwarded-for", ""))).Expect(200);
        Assert.AreEqual("127.0.0.1", picked.Member("executor"));
    }
}
