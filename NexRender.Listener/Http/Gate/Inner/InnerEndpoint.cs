using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The address of the listener behind the gate, and the beginnings of all requests to it.</summary>
internal sealed class InnerEndpoint
{
    public InnerEndpoint(string host, int port, string token)
    {
        (Address, Token) = (new IPEndPoint(IPAddress.Loopback, port), token);
        Get = Beginning("GET");
        Head = Beginning("HEAD");
        Post = Beginning("POST");

        byte[] Beginning(string method) => Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: {host}:{port}\r\n{Envelope.HeaderName}: {token} ");
    }

    public IPEndPoint Address { get; }

    /// <summary>The secret of this process that proves a request to come from the gate.</summary>
    public string Token { get; }

    /// <summary>The line and the first headers of a request without a body, up to where the envelope goes on.</summary>
    public byte[] Get { get; }

    public byte[] Head { get; }

    /// <summary>The same of a request with a body.</summary>
    public byte[] Post { get; }

    public static string NewToken() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
}
