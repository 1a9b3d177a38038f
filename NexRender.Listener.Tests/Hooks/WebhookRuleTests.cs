using System.Net;
using System.Security.Cryptography;
using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>The rules for addresses, and the signature.</summary>
[TestClass]
public sealed class WebhookRuleTests
{
    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("127.1.2.3")]
    [DataRow("0.0.0.0")]
    [DataRow("10.0.0.1")]
    [DataRow("100.64.0.1")]
    [DataRow("100.127.255.255")]
    [DataRow("169.254.169.254")]
    [DataRow("172.16.0.1")]
    [DataRow("172.31.255.255")]
    [DataRow("192.168.1.1")]
    [DataRow("198.18.0.1")]
    [DataRow("224.0.0.1")]
    [DataRow("255.255.255.255")]
    [DataRow("::")]
    [DataRow("::1")]
    [DataRow("::ffff:8.8.8.8")]
    [DataRow("::ffff:127.0.0.1")]
    [DataRow("::8.8.8.8")]
    [DataRow("64:ff9b::7f00:1")]
    [DataRow("2002:7f00:1::")]
    [DataRow("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [DataRow("fe80::1%1")]
    [DataRow("fec0::1")]
    [DataRow("fc00::1")]
    [DataRow("fd12:3456::1")]
    [DataRow("ff02::1")]
    public void An_address_that_is_not_public_is_refused(string address) => Assert.IsFalse(AddressRules.IsPublic(IPAddress.Parse(address)));

    [TestMethod]
    [DataRow("8.8.8.8")]
    [DataRow("100.63.255.255")]
    [DataRow("100.128.0.1")]
    [DataRow("172.15.0.1")]
    [DataRow("172.32.0.1")]
    [DataRow("2606:4700::1")]
    [DataRow("2a00:1450:4001::1")]
    public void A_public_address_is_allowed(string address) => Assert.IsTrue(AddressRules.IsPublic(IPAddress.Parse(address)));

    [TestMethod]
    [DataRow("http://10.0.0.5:81", "10.0.0.5", true)]
    [DataRow("http://10.0.0.5:80", "10.0.0.5", false)]
    [DataRow("http://10.0.0.5:81", "10.0.0.6", false)]
    [DataRow("http://[fd00::5]:81", "fd00::5", true)]
    [DataRow("http://localhost:81", "127.0.0.1", true)]
    [DataRow("http://localhost:81", "::1", true)]
    [DataRow("http://localhost:81", "10.0.0.5", false)]
    [DataRow("http://render.lan:81", "127.0.0.1", false)]
    public void A_private_address_is_allowed_if_a_prefix_names_it(string prefix, string address, bool isAllowed) =>
        Assert.AreEqual(isAllowed, AddressRules.Allows(new IPEndPoint(IPAddress.Parse(address), 81), [Prefix(prefix)]));

    [TestMethod]
    [DataRow("http://host", "http://host/", true)]
    [DataRow("http://host", "http://HOST:80/a?b#c", true)]
    [DataRow("http://host/", "http://host.evil/", false)]
    [DataRow("http://host", "http://host:8080/", false)]
    [DataRow("http://host", "https://host/", false)]
    [DataRow("http://host", "http://evil/http://host/", false)]
    [DataRow("http://host/a", "http://host/a", true)]
    [DataRow("http://host/a", "http://host/a/b", true)]
    [DataRow("http://host/a/", "http://host/a", true)]
    [DataRow("http://host/a", "http://host/ab", false)]
    [DataRow("http://host/a", "http://host/A", false)]
    [DataRow("http://host/a", "http://host/", false)]
    [DataRow("http://127.0.0.1", "http://2130706433/", true)]
    public void A_prefix_is_a_whole_origin_and_whole_segments(string prefix, string url, bool isAllowed)
    {
        Assert.IsNull(WebhookUrl.Check(url, out var parsed));
        Assert.AreEqual(isAllowed, Prefix(prefix).Allows(parsed!));
    }

    [TestMethod]
    [DataRow("host/a")]
    [DataRow("//host/a")]
    [DataRow("file:///etc/passwd")]
    [DataRow("gopher://host/")]
    [DataRow("http://")]
    [DataRow("http:///a")]
    [DataRow("http://user@host/")]
    [DataRow("http://user:password@host/")]
    [DataRow("http://host\\@evil/")]
    [DataRow("http:\\\\host/")]
    [DataRow("http://host/a\\..\\b")]
    [DataRow("http://ho%73t/")]
    [DataRow("http://host/a/../b")]
    [DataRow("http://host/./b")]
    [DataRow("http://host/a/..")]
    [DataRow("http://host/a/..;x/b")]
    [DataRow("http://host/a/%2e%2E/b")]
    [DataRow("http://host/a%2fb")]
    [DataRow("http://host/a%5cb")]
    [DataRow("http://host/a b")]
    [DataRow("http://host/a\r\nb")]
    [DataRow(" http://host/")]
    [DataRow("http://host:99999/")]
    [DataRow("http://host:0/")]
    public void An_address_that_can_be_understood_differently_is_refused(string url) => Assert.IsNotNull(WebhookUrl.Check(url, out _));

    [TestMethod]
    public void An_address_of_any_length_beyond_2048_is_refused() =>
        Assert.IsNotNull(WebhookUrl.Check($"http://host/{new string('a', 2048)}", out _));

    [TestMethod]
    public void The_signature_is_HMAC_SHA_256_at_every_length()
    {
        var random = new Random(7);
        for (var length = 0; length < 300; length++)
        {
            var (body, key) = (new byte[length], new string('k', length));
            random.NextBytes(body);
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key), body));
            Assert.AreEqual($"sha256={expected}", BodySignature.Of(body, key));
        }
    }

    private static WebhookPrefix Prefix(string text)
    {
        Assert.IsNull(WebhookPrefix.Check(text, out var prefix));
        return prefix!;
    }
}
