using NexRender.Listener.Api;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Messages;

/// <summary>A handler receives the parameters of the path and the query decoded.</summary>
[TestClass]
public sealed class RequestTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("?", "")]
    [DataRow("?a=1", "a=1")]
    [DataRow("?a=1&b=2&a=3", "a=1|b=2|a=3")]
    [DataRow("?a", "a=")]
    [DataRow("?a=", "a=")]
    [DataRow("?=1", "=1")]
    [DataRow("?&&a=1&", "a=1")]
    [DataRow("?a=b=c", "a=b=c")]
    [DataRow("?a=x+y%2Bz", "a=x y+z")]
    [DataRow("?%61%20b=%C3%A4", "a b=ä")]
    [DataRow("?a=%26%3D%00", "a=&=\0")]
    [DataRow("?a=1#b=2", "a=1")]
    [DataRow("?a=?/", "a=?/")]
    public async Task A_query_is_decoded(string query, string expected)
    {
        await using var server = new RoutedServer(Echo());
        using var client = new TestClient(server.Port);
        Assert.AreEqual(expected, (await client.Send("GET", "echo" + query)).Expect(200).Text);
    }

    [TestMethod]
    public async Task Bytes_that_are_not_encoded_are_taken_as_UTF8()
    {
        await using var server = new RoutedServer(Echo());
        using var client = await server.Get("/echo?a=\u00c3\u00a4");
        Assert.AreEqual("a=ä", (await client.ReadResponse()).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("a=%")]
    [DataRow("a=%4")]
    [DataRow("a=%zz")]
    [DataRow("%ff=1")]
    [DataRow("a=%C3")]
    [DataRow("a=%ED%A0%80")]
    [DataRow("a=%C0%80")]
    public async Task A_query_that_is_not_valid_is_refused_by_a_route_that_reads_it_and_ignored_by_others(string query)
    {
        await using var server = new RoutedServer(Echo(), new Route("GET", "/ping", _ => new(ApiResponse.Text(200, "pong"))));
        using var client = new TestClient(server.Port);
        Assert.AreEqual("the query is not valid percent-encoded UTF-8", (await client.Send("GET", $"echo?{query}")).Expect(400).Text);
        (await client.Send("GET", $"ping?{query}")).Expect(200);
    }

    [TestMethod]
    [DataRow("?states=queued,paused&states=error", "queued paused error")]
    [DataRow("?states=a,,%20b%20,a", "a b")]
    [DataRow("?states=", "")]
    [DataRow("?other=1", "")]
    public async Task The_values_of_a_name_may_be_repeated_or_listed(string query, string expected)
    {
        await using var server = new RoutedServer(
            new Route("GET", "/values", request => new(ApiResponse.Text(200, string.Join(' ', request.Query.Values("states"))))));
        using var client = new TestClient(server.Port);
        Assert.AreEqual(expected, (await client.Send("GET", "values" + query)).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_route_may_have_several_parameters_which_are_decoded_one_by_one()
    {
        await using var server = new RoutedServer(new Route(
            "GET",
            "/farms/:farm/jobs/:uid",
            request => new(ApiResponse.Text(200, $"{request.RouteValue("uid")} in {request.RouteValue("farm")}"))));
        using var client = new TestClient(server.Port);
        Assert.AreEqual("a b in x/y", (await client.Send("GET", "farms/x%2Fy/jobs/a%20b?uid=other")).Expect(200).Text);
        (await client.Send("GET", "farms/x/jobs")).Expect(404);
        (await client.Send("GET", "farms/x/jobs/a/b")).Expect(404);
    }

    private static Route Echo() => new("GET", "/echo", request =>
        new(ApiResponse.Text(200, string.Join('|', request.Query.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}")))));
}
