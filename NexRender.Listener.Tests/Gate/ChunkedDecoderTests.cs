using System.Text;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Tests.Gate;

/// <summary>However the bytes of a chunked body are divided on their way, the same is understood.</summary>
[TestClass]
public sealed class ChunkedDecoderTests
{
    private const string Body = "5\r\nhello\r\nA;x=y\r\n, 10 bytes\r\n1\r\n!\r\n0;end\r\nTrailer: x\r\nOther:\r\n\r\n";

    [TestMethod]
    public void It_may_be_divided_anywhere()
    {
        for (var first = 0; first <= Body.Length; first++)
            for (var second = first; second <= Body.Length; second++)
                Assert.AreEqual("hello, 10 bytes!", Decode([Body[..first], Body[first..second], Body[second..]], out _));
    }

    [TestMethod]
    public void It_may_come_byte_by_byte() => Assert.AreEqual("hello, 10 bytes!", Decode(Body.Select(c => $"{c}"), out _));

    [TestMethod]
    public void What_follows_is_left_alone()
    {
        Decode([Body + "GET /"], out var rest);
        Assert.AreEqual("GET /", rest);
    }

    [TestMethod]
    public void A_byte_that_is_missing_or_has_changed_is_noticed_unless_it_is_data_or_text()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            if (Body[i] is not ('\r' or '\n')) continue;
            var damaged = Body.Remove(i, 1);
            Assert.ThrowsExactly<HttpStatusException>(() => Decode([damaged + "\r\n\r\nx"], out _), $"without the byte at {i}");
        }
    }

    [TestMethod]
    public void Size_lines_and_trailers_have_limits()
    {
        var limits = new GateLimits { ChunkLine = 20, Trailers = 20 };
        Assert.AreEqual("a", Decode([$"1;{new string('x', 18)}\r\na\r\n0\r\nx:{new string('x', 18)}\r\n\r\n"], out _, limits));
        Assert.AreEqual(400, Refusal([$"1;{new string('x', 19)}\r\n"], limits));
        Assert.AreEqual(431, Refusal([$"0\r\nx:{new string('x', 19)}\r\n"], limits));
        Assert.AreEqual(431, Refusal([$"0\r\n{string.Concat(Enumerable.Repeat("x:\r\n", 11))}"], limits));
    }

    private static int Refusal(IEnumerable<string> pieces, GateLimits limits) =>
        Assert.ThrowsExactly<HttpStatusException>(() => Decode(pieces, out _, limits)).Status;

    private static string Decode(IEnumerable<string> pieces, out string rest, GateLimits? limits = null)
    {
        var decoder = new ChunkedDecoder(limits ?? new GateLimits());
        var text = new StringBuilder();
        rest = "";
        foreach (var piece in pieces)
        {
            var bytes = Encoding.Latin1.GetBytes(piece);
            var at = 0;
            while (at < bytes.Length && !decoder.IsDone)
            {
                at += decoder.Read(bytes.AsSpan(at), out var data);
                text.Append(Encoding.Latin1.GetString(data));
            }
            rest += Encoding.Latin1.GetString(bytes.AsSpan(at));
        }
        Assert.IsTrue(decoder.IsDone, "the end was not found");
        return text.ToString();
    }
}
