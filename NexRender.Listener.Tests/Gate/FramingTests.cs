namespace NexRender.Listener.Tests.Gate;

/// <summary>Requests that two servers could understand in two ways are refused by the letter of RFC 9112.</summary>
[TestClass]
public sealed class FramingTests
{
    private const string Get = GateCase.Get;
    private const string Post = GateCase.Post;
    private const string Job = GateCase.Job;
    private const string Smuggled = "0\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n";

    [TestMethod]
    // Two lengths.
    [DataRow(Post + "Content-Length: 70\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\nContent-Length: 70\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Content-Length: 70\r\nContent-Length: 5\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 0\r\nContent-Length: 70\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 70, 70\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 70 70\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: +70\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 7_0\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 70.0\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: \"70\"\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 9999999999999999999\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 18446744073709551686\r\n\r\n" + Job)]
    // Transfer codings.
    [DataRow(Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: chunked, chunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: identity, chunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: xchunked\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: chunked;q=1\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: \"chunked\"\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding:\r\n\r\n" + Smuggled)]
    [DataRow(Post + "Transfer-Encoding: \u000bchunked\r\n\r\n" + Smuggled)]
    [DataRow("POST /api/v1/jobs HTTP/1.0\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled)]
    // Lines.
    [DataRow("GET /api/v1/jobs HTTP/1.1\nHost: x\n\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x\n\r\n")]
    [DataRow(Get + "a: b\n\r\n")]
    [DataRow(Get + "\n")]
    [DataRow(Get + "a: b\rc: d\r\n\r\n")]
    [DataRow(Get + "a: b\r\r\n\r\n")]
    [DataRow(Get + " folded: x\r\n\r\n")]
    [DataRow(Get + "a: b\r\n c\r\n\r\n")]
    [DataRow(Get + "a: b\r\n\tc\r\n\r\n")]
    [DataRow(Get + " \r\n\r\n")]
    [DataRow(Get + "Content-Length : 0\r\n\r\n")]
    [DataRow(Get + "Transfer-Encoding\t: chunked\r\n\r\n")]
    [DataRow(Get + "a b: c\r\n\r\n")]
    [DataRow(Get + "(a): b\r\n\r\n")]
    [DataRow(Get + "a\u00e4: b\r\n\r\n")]
    [DataRow(Get + ": b\r\n\r\n")]
    [DataRow(Get + "a\r\n\r\n")]
    [DataRow(Get + "a: b\0c\r\n\r\n")]
    [DataRow(Get + "a: b\u0001\r\n\r\n")]
    [DataRow(Get + "a: \u007f\r\n\r\n")]
    [DataRow(Get + "\0: b\r\n\r\n")]
    // The request line.
    [DataRow("GET  /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs  HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow(" GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1 \r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\t\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs\0 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs\u007f HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/11\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.10\r\nHost: x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1,1\r\nHost: x\r\n\r\n")]
    [DataRow("GET ftp://x/api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET http:///api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET http://a@b/api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    // The host.
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\na: b\r\n\r\n")]
    [DataRow(Get + "Host: x\r\n\r\n")]
    [DataRow(Get + "host: y\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n")]
    [DataRow("GET http://x/api/v1/jobs HTTP/1.1\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: \r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x:y\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x:123456\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x/y\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x?y\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: a@x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x, y\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: []\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: [x]\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: [127.0.0.1]\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: [::1]x\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: ::1\r\n\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: :80\r\n\r\n")]
    public Task What_is_not_certain_is_refused(string request) => GateCase.ExpectRefusal(request, 400);

    [TestMethod]
    [DataRow("70\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46\r\n" + Job + "0\r\n\r\n")]
    [DataRow("46\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46\r\n" + Job + "\n0\r\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\n\n")]
    [DataRow("46\r\n" + Job + "\r\n\r\n0\r\n\r\n")]
    [DataRow("\r\n46\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow(" 46\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46 \r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("0x46\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("+46\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("4g\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow(";a=b\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46;a=\u0001\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46;a=\rb\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("0000000000000046\r\n" + Job + "\r\n0\r\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\n folded: x\r\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\n: x\r\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\na: b\n\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\na: b\0\r\n\r\n")]
    // Early ends.
    [DataRow("")]
    [DataRow("46")]
    [DataRow("46\r\n")]
    [DataRow("46\r\n" + Job)]
    [DataRow("46\r\n" + Job + "\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0")]
    [DataRow("46\r\n" + Job + "\r\n0\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\na: b\r\n")]
    [DataRow("46\r\n" + Job + "\r\n0\r\n\r")]
    public Task A_chunked_body_that_is_not_valid_or_not_whole_is_refused(string body) =>
        GateCase.ExpectRefusal($"{Post}Transfer-Encoding: chunked\r\n\r\n{body}", 400);

    [TestMethod]
    [DataRow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\u0012\u0004\0\0\0\0\0")]
    [DataRow("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")]
    public Task Another_protocol_gets_one_clear_answer(string request) =>
        GateCase.ExpectRefusal(request, 400, "this port speaks plain HTTP");

    [TestMethod]
    [DataRow("\0")]
    [DataRow("\u0080\u002e\u0001\u0003\u0001")]
    [DataRow("{\"uid\":1}")]
    public Task What_cannot_become_a_request_is_answered_at_its_first_byte(string request) =>
        GateCase.ExpectRefusal(request, 400, "not HTTP");

    [TestMethod]
    public Task An_unknown_expectation_is_refused() =>
        GateCase.ExpectRefusal(Post + "Expect: 200-ok\r\nContent-Length: 70\r\n\r\n" + Job, 417);
}
