using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NexRender.Listener.Storage.Redis.Wire;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>The address of Redis, and the options beside it.</summary>
[TestClass]
public sealed class AddressTests
{
    [TestMethod]
    [DataRow("redis://farm", "redis://farm:6379/0", "", "")]
    [DataRow("redis://:pass%40word@farm:6380/2", "redis://farm:6380/2", "", "pass@word")]
    [DataRow("redis://user:secret@[::1]:6380/", "redis://[::1]:6380/0", "user", "secret")]
    [DataRow("REDIS://10.0.0.1", "redis://10.0.0.1:6379/0", "", "")]
    [DataRow("unix:/run/redis.sock", "unix:/run/redis.sock", "", "")]
    [DataRow("unix:///run/redis.sock?db=3", "unix:/run/redis.sock?db=3", "", "")]
    [DataRow("redis+sentinel://secret@a,b:5,c/farm/1", "redis+sentinel://a:26379,b:5,c:26379/farm/1", "", "secret")]
    public void An_address_is_read(string text, string address, string user, string password)
    {
        Assert.IsNull(RedisAddress.Parse(text, out var parsed));
        Assert.AreEqual((address, user, password), (parsed!.ToString(), parsed.User, parsed.Password));
    }

    [TestMethod]
    [DataRow("farm:6379")]
    [DataRow("http://farm")]
    [DataRow("redis://")]
    [DataRow("redis://farm:0")]
    [DataRow("redis://farm:70000")]
    [DataRow("redis://farm/first")]
    [DataRow("redis://a,b")]
    [DataRow("redis+sentinel://a,b")]
    [DataRow("unix:redis.sock")]
    [DataRow("redis://:se cret@")]
    public void Something_else_is_a_usage_error_that_does_not_repeat_it(string text)
    {
        var errors = new StringWriter();
        Assert.IsNull(CommandLine.Parse([$"--store={text}"], _ => null, TextWriter.Null, errors, out var code));
        Assert.AreEqual(2, code);
        Assert.Contains("--store is not an address such as redis://", errors.ToString());
        Assert.DoesNotContain("se cret", errors.ToString());
    }

    [TestMethod]
    [DataRow("--store and --database are mutually exclusive", "--store=redis://a", "--database=b")]
    [DataRow("--advertise needs --store", "--advertise=http://a:3000")]
    [DataRow("--redis-replicas needs --store", "--redis-replicas=1")]
    [DataRow("--takeover needs --store", "--takeover")]
    [DataRow("--recover repairs a file", "--store=redis://a", "--recover")]
    [DataRow("--cleanup erases a file", "--store=redis://a", "--cleanup")]
    [DataRow("--import needs --store", "--import=database.js")]
    [DataRow("--export needs --store", "--export=database.js")]
    [DataRow("--import and --export are mutually exclusive", "--store=redis://a", "--import=a", "--export=b")]
    [DataRow("--import= needs a value", "--store=redis://a", "--import=")]
    [DataRow("--advertise is not an address", "--store=redis://a", "--advertise=https://a")]
    [DataRow("--lead-timeout must be a duration from 1s to 10m", "--store=redis://a", "--lead-timeout=10ms")]
    public void Options_that_do_not_fit_are_a_usage_error(string message, params string[] options)
    {
        var errors = new StringWriter();
        Assert.IsNull(CommandLine.Parse(options, _ => null, TextWriter.Null, errors, out var code));
        Assert.AreEqual(2, code);
        Assert.Contains(message, errors.ToString());
    }

    [TestMethod]
    public async Task A_Redis_that_is_not_there_is_a_reason_not_to_start()
    {
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", "--host=127.0.0.1", $"--store=redis://127.0.0.1:{Ports.Free()}"]);
        refused.ExpectRefusal(1, "cannot use redis://127.0.0.1:", "--store");
    }

    [TestMethod]
    public async Task Localhost_needs_no_file_of_hosts()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Other systems have no namespaces.");
        await using var probe = ChildProcess.Launch(["unshare", "--mount", "true"], ChildProcess.Inherited());
        if (await probe.WaitForExit() != 0) Assert.Inconclusive("A mount namespace needs root.");
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var names = $"mount --bind {folder.Write("hosts", "")} /etc/hosts; "
            + $"mount --bind {folder.Write("resolv.conf", "nameserver 127.0.0.1\n")} /etc/resolv.conf";
        var exported = await ServerProcess.Run(
            [$"--store=redis://localhost:{redis.Port}", "--export", folder.File("database.js")],
            prefix: ["unshare", "--mount", "sh", "-ec", $"{names}; exec \"$@\"", "sh"]);
        Assert.AreEqual(0, exported.ExitCode, exported.Errors);
    }

    [TestMethod]
    public async Task Redis_is_reached_by_TLS_where_the_file_has_it()
    {
        using var folder = new TempFolder();
        WriteCertificate(folder);
        var secure = Ports.Free();
        await using var redis = await RedisServer.Start(
        [
            .. RedisServer.Durable, "--tls-port", $"{secure}", "--tls-auth-clients", "no", "--tls-cert-file", folder.File("cert.pem"),
            "--tls-key-file", folder.File("key.pem"), "--tls-ca-cert-file", folder.File("cert.pem"),
        ]);
        var port = Ports.Free();
        string[] options = [$"--port={port}", "--host=127.0.0.1", $"--store=rediss://localhost:{secure}"];
        var refused = await ServerProcess.Run(options);
        if (refused.Errors.Contains("stunnel"))
        {
            refused.ExpectRefusal(2, "--store needs TLS", "stunnel");
            return;
        }
        refused.ExpectRefusal(1, $"cannot use rediss://localhost:{secure}/0", "certificate");
        // The variable by which programs on Linux learn of further authorities.
        var trusting = new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder.File("cert.pem") };
        await using var server = await ServerProcess.Start(options, trusting);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        Assert.IsNotNull(await redis.Send("GET", "nexjob:a"));
    }

    private static void WriteCertificate(TempFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
