using System.Text;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>Random variations of requests, from the places where servers are known to differ.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly string[] Requests =
    [
        "GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/v1/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "HEAD /api/v1/jobs HTTP/1.1\r\nHost: x:3000\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n",
        "GET http://other/api/v1/jobs?a=b HTTP/1.1\r\nHost: x\r\nReferer: http://y/\r\nAccept-Language: de;q=0.5, *\r\n\r\n",
        "DELETE /api/v1/jobs/\u00c3\u00b6%20 HTTP/1.1\r\nHost: x\r\nnexrender-name: \u00c3\u0096\r\n"
            + "Cookie: a=b; $Path=/; c=\"d;e\"\r\n\r\n",
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{\"a\"}",
        "PUT /api/v1/jobs/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\n{}\r\nA;b=c\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
        "PUT /api/v1/jobs/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1c\r\nGET /x HTTP/1.1\r\nHost: y\r\n\r\n\r\n0\r\n\r\n",
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n"
            + "GET /x HTTP/1.1\r\nHost: y\r\n\r\n",
        "GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nUser-Agent: \t a\tb \r\nempty:\r\n"
            + "nexrender-gate: 0 1 2 GET x /\r\nConnection: close\r\n\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", " ", "\t", "\0", ":", ",", ";", "\u000b", "\u007f", "\u0085", "\u00a0", "\u00ff", "%", "%%", "%0d%0a", "0",
        "00", "+", "-", "_", "/", "//", "*", "?", "#", "@", "[", "]", "\"", "\\", "GET ", " HTTP/1.1", " HTTP/1.0", "HTTP/1.9",
        "http://y", "\r\n\r\n", "\r\n ", "\r\n\t", "Host: y\r\n", "Content-Length: 0\r\n", "Content-Length: 5\r\n",
        "content-length:2\r\n", "Content-Length : 5\r\n", "Content-Length: 2, 2\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n", "transfer-encoding:\tchunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer-Encoding\r\n: chunked\r\n", "TE: trailers\r\n", "Connection: close\r\n",
        "Connection: keep-alive\r\n", "Connection: Content-Length\r\n", "Expect: 100-continue\r\n", "Expect: x\r\n", "Upgrade: h2c\r\n",
        "0\r\n\r\n", "5\r\nhello\r\n", "ffffffffffffffff\r\n", "GET /x HTTP/1.1\r\nHost: y\r\n\r\n", "nexrender-gate: chunked\r\n",
        "Cookie: =;\r\n", "Cookie: $Version=x\r\n", "Referer: \u00e4\r\n", "Content-Type: x\r\n", "a: b\r\n",
    ];

    /// <summary>Returns some requests one after the other, one byte for each character, with a few changes.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 4); count > 0; count--) text.Append(Any(Requests));
        for (var changes = random.Next(0, 4); changes > 0; changes--) Change(text);
        return text.ToString();
    }

    private string Any(string[] strings) => strings[random.Next(strings.Length)];

    private void Change(StringBuilder text)
    {
        if (text.Length == 0) text.Append(Any(Requests));
        var at = random.Next(text.Length);
        var length = Math.Min(random.Next(1, random.Next(2, 40)), text.Length - at);
        switch (random.Next(10))
        {
            case 0: text[at] = (char)random.Next(256); break;
            case 1: text[at] = (char)(text[at] ^ (1 << random.Next(8))); break;
            case 2: text.Remove(at, length); break;
            case 3: text.Insert(at, text.ToString(at, length)); break;
            case 4: text.Length = at; break;
            case 5: InsertLine(text, Any(Pieces)); break;
            case 6: text.Insert(at, text.ToString(random.Next(text.Length), 1)); break;
            case 7: text[at] = char.IsAsciiLetter(text[at]) ? (char)(text[at] ^ 0x20) : text[at]; break;
            default: text.Insert(at, Any(Pieces)); break;
        }
    }

    // At the start of a line, where another header is one.
    private void InsertLine(StringBuilder text, string piece)
    {
        var starts = Enumerable.Range(1, text.Length - 1).Where(i => text[i - 1] == '\n').ToList();
        text.Insert(starts.Count == 0 ? 0 : starts[random.Next(starts.Count)], piece);
    }
}
