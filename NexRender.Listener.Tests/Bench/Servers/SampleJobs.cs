using System.Globalization;
using System.Text;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Redis.Fixtures;

namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>Generates jobs of about 1.1 KB like those of a real farm, from their number only.</summary>
internal static class SampleJobs
{
    public const string StartedAt = "2026-11-20T08:15:30.250Z";
    private const int EditedAssets = 10;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    /// <summary>21 characters, like the uids that the server generates.</summary>
    public static string Uid(int number)
    {
        var state = unchecked((ulong)number * 0x9E3779B97F4A7C15) | 1;
        return string.Create(21, state, static (chars, seed) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                chars[i] = Alphabet[(int)(seed >> 58)];
            }
        });
    }

    /// <summary>Of twenty jobs two are being rendered, one is queued and the others are finished; ten jobs have all three.</summary>
    public static string State(int number) => (number % 20) switch
    {
        1 or 9 => "started",
        5 => "queued",
        _ => "finished",
    };

    public static string Stored(int number, string state)
    {
        var progress = state switch { "finished" => "\"renderProgress\":100,", "started" => "\"renderProgress\":0,", _ => "" };
        var started = state == "queued" ? "" : $"\"executor\":\"render-{number % 40:00}\",\"startedAt\":\"{StartedAt}\",";
        var finished = state == "finished" ? "\"finishedAt\":\"2026-11-20T08:31:02.118Z\"," : "";
        return $$"""
            {"uid":"{{Uid(number)}}","type":"default","state":"{{state}}","output":"","tags":"farm,cpu",
            "priority":{{number % 5}},"timings":{},{{Body(number)}},"creator":"10.0.0.{{number % 250}}",{{started}}{{finished}}{{progress}}
            "updatedAt":"2026-11-20T08:31:02.118Z","createdAt":"2026-11-20T08:15:00.004Z"}
            """.ReplaceLineEndings("");
    }

    /// <summary>A job as a client posts it.</summary>
    public static string Posted(int number) => "{\"tags\":\"farm,cpu\"," + Body(number) + "}";

    /// <summary>A job as a client posts it that only one worker asks for.</summary>
    public static string Own(int number, int of)
    {
        var name = OwnName(number, of);
        return $$"""{"uid":"{{name}}","tags":"{{name}}",{{Body(number)}}}""";
    }

    /// <summary>The uid and the tag of such a job, and the name of its worker.</summary>
    public static string OwnName(int number, int of) => string.Create(CultureInfo.InvariantCulture, $"own-{of}-{number}");

    /// <summary>The progress that a worker reports while it renders: the status object, with a counter in its progress.</summary>
    public static string Progress(int number) =>
        $$$"""
        {"uid":"{{{Uid(number)}}}","state":"render:dorender","type":"default","tags":"farm,cpu",
        "renderProgress":42.{{{LoadRequest.CounterPlace}}},"error":null,"createdAt":"2026-11-20T08:15:00.004Z",
        "updatedAt":"2026-11-20T08:31:02.118Z","startedAt":"{{{StartedAt}}}","finishedAt":null,"errorAt":null,
        "jobCreator":"10.0.0.{{{number % 250}}}","jobExecutor":"render-{{{number % 40:00}}}","timings":{}}
        """.ReplaceLineEndings("");

    /// <summary>An edit of a member that makes up more than half of the job, with a counter in it.</summary>
    public static string Edited(int number)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        var lines = Enumerable.Range(0, EditedAssets).Select(line => $$"""
            {"type":"data","layerName":"line {{line}}","property":"Source Text","value":"Edition {{n}}, 42.{{LoadRequest.CounterPlace}}"}
            """);
        return $$"""{"assets":[{{string.Join(',', lines)}}]}""";
    }

    /// <summary>Writes a database of that many jobs, one a line, or whatever else ends each of them.</summary>
    public static void Write(string path, int count, bool queued, string lineFeed = "\n")
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        file.Write('[');
        for (var i = 0; i < count; i++)
        {
            var state = State(i);
            if (i > 0) file.Write(',');
            file.Write(lineFeed);
            file.Write(Stored(i, state == "queued" && !queued ? "picked" : state));
        }
        file.Write($"{lineFeed}]{lineFeed}");
    }

    /// <summary>Writes that many jobs to Redis, as the original does.</summary>
    public static async Task WriteToRedis(int port, int count)
    {
        using var client = await RedisClient.Connect(port);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(1000))
        {
            await client.Send(["MSET", .. numbers.SelectMany(number => new[] { "nexjob:" + Uid(number), Stored(number, State(number)) })]);
        }
    }

    private static string Body(int number)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        return $$"""
            "template":{"src":"http://assets.farm.example/templates/lower-third-v{{number % 7}}.aepx","composition":"Main Comp",
            "continueOnMissing":false,"outputModule":"h264-high","outputExt":"mp4"},"assets":[
            {"type":"image","src":"http://assets.farm.example/clients/{{n}}/logo.png","layerName":"logo.png"},
            {"type":"data","layerName":"headline","property":"Source Text","value":"Quarterly results, edition {{n}} – Größe 100 %"},
            {"type":"data","layerName":"background","property":"Effects.Fill.Color","value":[0.12,0.4,0.{{number % 90 + 10}},1]}],
            "actions":{"prerender":[],"postrender":[{"module":"@nexrender/action-encode","preset":"mp4","output":"encoded.mp4"},
            {"module":"@nexrender/action-copy","input":"encoded.mp4","output":"/mnt/renders/{{n}}/final.mp4"}]}
            """.ReplaceLineEndings("");
    }
}
