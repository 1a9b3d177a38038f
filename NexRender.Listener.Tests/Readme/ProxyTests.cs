using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>The proxies of the Deployment folder in front of a server, as their files say, but without TLS and on free ports.</summary>
[TestClass]
public sealed class ProxyTests
{
    private const string Nginx = "/usr/sbin/nginx", Caddy = "/usr/bin/caddy";

    [TestMethod]
    public async Task Nginx_accepts_its_file()
    {
        if (!File.Exists(Nginx)) Assert.Inconclusive("This test needs nginx.");
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=render.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var site = DeploymentTests.Read("nginx.conf")
            .Replace("/etc/ssl/render.pem", folder.Write("render.pem", certificate.ExportCertificatePem()))
            .Replace("/etc/ssl/render.key", folder.Write("render.key", key.ExportPkcs8PrivateKeyPem()));
        await using var check = ChildProcess.Launch([Nginx, "-t", "-e", "stderr", "-c", NginxMain(folder, site)], ChildProcess.Inherited());
        Assert.AreEqual(0, await check.WaitForExit(), check.Errors.Text);
        Assert.DoesNotContain("[warn]", check.Errors.Text);
    }

    [TestMethod]
    public async Task Nginx_passes_a_session_and_keeps_back_what_does_harm()
    {
        if (!File.Exists(Nginx)) Assert.Inconclusive("This test needs nginx.");
        using var folder = new TempFolder();
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        var port = Ports.Free();
        var lines = DeploymentTests.Read("nginx.conf").Split('\n').Where(line => !line.Contains("ssl_certificate"));
        var site = string.Join('\n', lines).Replace("443 ssl", $"127.0.0.1:{port}").Replace("127.0.0.1:3000", $"127.0.0.1:{server.Port}");
        await using var proxy = ChildProcess.Launch([Nginx, "-e", "stderr", "-c", NginxMain(folder, site)], ChildProcess.Inherited());
        await PassesASession(port, proxy);

        // The server itself would answer with 411 too, but would lose memory with each.
        var answer = await Raw(port, "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: s3cret\r\n\r\n");
        Assert.AreEqual(411, answer.Status);
        Assert.Contains("nginx", answer.Header("Server")!);
    }

    [TestMethod]
    public async Task Caddy_passes_a_session()
    {
        if (!File.Exists(Caddy)) Assert.Inconclusive("This test needs Caddy.");
        using var folder = new TempFolder();
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        var port = Ports.Free();
        var site = "{\n\tadmin off\n}\n" + DeploymentTests.Read("Caddyfile")
            .Replace("render.example.com {", $"http://127.0.0.1:{port} {{").Replace("127.0.0.1:3000", $"127.0.0.1:{server.Port}");
        var environment = ChildProcess.Inherited();
        environment["HOME"] = folder.Path;
        var path = folder.Write("Caddyfile", site);
        await using var proxy = ChildProcess.Launch([Caddy, "run", "--adapter", "caddyfile", "--config", path], environment);
        await PassesASession(port, proxy);
    }

    private static async Task PassesASession(int port, ChildProcess proxy)
    {
        using var client = new TestClient(port);
        await Eventually.True(() => IsUp(client, proxy), "the proxy answers");
        (await client.Json("POST", "jobs", Some.Job("one"))).Expect(403);
        (string, string)[] headers = [("nexrender-secret", "s3cret"), ("X-Forwarded-For", "10.9.8.7")];
        var created = await client.Json("POST", "jobs", Some.Job("one"), headers);
        created.Expect(200);
        Assert.Contains("\"creator\":\"127.0.0.1\"", created.Text);
        (await client.Send("GET", "jobs/pickup", null, headers)).Expect(200);
        (await client.Json("PUT", "jobs/one", "{\"state\":\"finished\"}", headers)).Expect(200);
        Assert.AreEqual("{\"id\":\"one\",\"removed\":true}", (await client.Send("DELETE", "jobs/one", null, headers)).Text);
    }

    private static async Task<bool> IsUp(TestClient client, ChildProcess proxy)
    {
        Assert.IsFalse(proxy.HasExited, proxy.Errors.Text + proxy.Output.Text);
        try
        {
            return (await client.Send("GET", "health")).Status == (int)HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<Answer> Raw(int port, string request)
    {
        using var client = await RawClient.Connect(port);
        await client.Send(request);
        return await client.ReadResponse();
    }

    private static string NginxMain(TempFolder folder, string site)
    {
        var path = folder.Write("site.conf", site);
        return folder.Write(
            "nginx.conf",
            $"daemon off; master_process off; pid {folder.File("pid")}; error_log stderr;\n"
            + $"events {{}}\nhttp {{ access_log off; include {path}; }}\n");
    }
}
