using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>Webhooks of https, with the certificates that the system trusts.</summary>
[TestClass]
public sealed class HttpsHookTests
{
    // Not a published file, which may have no TLS.
    private static readonly string[] Program = [Executable.Dotnet(), Path.Combine(AppContext.BaseDirectory, "NexRender.Listener.dll")];

    [TestMethod]
    public async Task A_receiver_with_a_trusted_certificate_gets_the_hook()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Elsewhere trust cannot be given to one process.");
        using var folder = new TempFolder();
        using var certificate = Certificate();
        var trusted = folder.Write("trusted.pem", certificate.ExportCertificatePem());
        var environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = trusted, ["SSL_CERT_DIR"] = folder.Path };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var server = await Start(folder, listener, environment);
        var request = await Answer(listener, certificate);
        Assert.StartsWith("POST /hook HTTP/1.1\r\n", request);
        await server.Output.Line("hook delivered a: ");
    }

    [TestMethod]
    public async Task A_receiver_with_another_certificate_gets_nothing()
    {
        using var folder = new TempFolder();
        using var certificate = Certificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var server = await Start(folder, listener);
        Assert.AreEqual("", await Answer(listener, certificate));
        await server.Output.Line("hook failed a: .*certificate");
    }

    private static async Task<ServerProcess> Start(
        TempFolder folder, TcpListener listener, IReadOnlyDictionary<string, string>? environment = null)
    {
        var port = Ports.Free();
        var url = $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/hook";
        string[] arguments = [$"--port={port}", $"--database={folder.File("jobs.js")}", $"--webhook={url}"];
        var server = await ServerProcess.Start(arguments, environment, program: Program);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await client.Json("PUT", "jobs/a", """{"state":"finished"}""")).Expect(200);
        return server;
    }

    // Returns what came, and nothing if the client ended the handshake.
    private static async Task<string> Answer(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync().WaitAsync(Eventually.Deadline);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            var buffer = new byte[4096];
            var read = await stream.ReadAsync(buffer);
            if (read > 0) await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            return Encoding.ASCII.GetString(buffer, 0, read);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return "";
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
