using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Clients;

/// <summary>Scripts that use the real client library; a failed assertion shows in the exit code.</summary>
internal static class NodeScript
{
    private const string Prelude =
        """
        const assert = require('node:assert/strict')
        const { once } = require('node:events')
        const { createClient } = require('@nexrender/api')
        const { create, validate, getRenderingStatus } = require('@nexrender/types').job
        const host = process.argv[1]
        const connect = options => createClient({ host, polling: 20, ...options })
        const some = extra => ({ template: { src: 'file:///tmp/some.aep', composition: 'main' }, ...extra })
        const failure = emitter => new Promise(resolve => emitter.once('error', resolve))
        const request = async (path, options) => {
            const response = await fetch(host + '/api/v1' + path, options)
            return { status: response.status, text: await response.text() }
        }
        const headers = { 'content-type': 'application/json' }
        const post = body => request('/jobs', { method: 'POST', headers, body: JSON.stringify(body) })
        // The script polls, so it does not end by itself.
        const run = main => main().then(() => process.exit(0), problem => { console.error(problem); process.exit(1) })
        """;

    /// <summary>Runs the body of an async function under Node, with the client library in scope.</summary>
    public static async Task Run(TestServer server, string body)
    {
        var node = await NodeRunner.With("@nexrender/api@1.62.0", "@nexrender/types@1.62.0");
        await node.Run($"{Prelude}\nrun(async () => {{\n{body}\n}})", $"http://127.0.0.1:{server.Port}");
    }
}
