using System.Globalization;
using System.Net;
using System.Text;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>
/// A bare <see cref="HttpListener"/>, the upper limit for any server built on it: echoes a body, or answers a GET with a job of the usual
/// size. It runs in a process of its own.
/// </summary>
internal static class EchoServer
{
    public const string Verb = "bench-echo";
    private static readonly byte[] Job = Encoding.UTF8.GetBytes(SampleJobs.Stored(7, "finished"));

    public static async Task<int> RunAsync(string port)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        listener.Start();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AcceptAsync(listener)));
        return 0;
    }

    private static async Task AcceptAsync(HttpListener listener)
    {
        while (true) _ = AnswerAsync(await listener.GetContextAsync().ConfigureAwait(false));
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var body = Job;
            if (context.Request.HasEntityBody)
            {
                body = new byte[context.Request.ContentLength64];
                await context.Request.InputStream.ReadExactlyAsync(body).ConfigureAwait(false);
            }
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body).ConfigureAwait(false);
            context.Response.Close();
        }
        catch (Exception problem) when (problem is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The load generator hung up.
            context.Response.Abort();
        }
    }
}
