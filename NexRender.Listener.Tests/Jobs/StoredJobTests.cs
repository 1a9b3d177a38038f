using System.Text;
using System.Text.Json;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Jobs;

/// <summary>The one pass in which stored jobs are parsed, and the threads on which that is done.</summary>
[TestClass]
public sealed class StoredJobTests
{
    private const string Compact =
        """{"uid":"a\\\"\u00e9","n":[-0,1.5e+10,0.25E-3,10],"e":{},"f":[],"t":[true,false,null,[[]],{"a":{"b":[1,"ö"]}}],"""
        + "\"s\":\"long enough for a vector\"}";

    [TestMethod]
    public void A_compact_object_is_parsed_in_one_pass_as_the_slower_parser_does()
    {
        foreach (var text in (string[])[Compact, "{}", """{"a":1,"a":2}""", """{"\u0061":1,"a":2}""", """{"":0}"""])
        {
            var parsed = JsonObject.TryParseCompact(Some.Bytes(text));
            Assert.IsNotNull(parsed, text);
            Assert.AreEqual(Text(JsonObject.Parse(Some.Bytes(text), JsonObject.StoredDepth)), Text(parsed));
        }
    }

    [TestMethod]
    public void What_one_pass_accepts_is_valid_and_compact()
    {
        var random = new Random(15);
        var accepted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = Some.Bytes(Compact);
            for (var n = random.Next(1, 3); n > 0; n--)
                bytes[random.Next(bytes.Length)] = "{}[]\",:\\0123456789.eE+-truefalsn /u\n\0"u8[random.Next(37)];
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (JsonObject.TryParseCompact(bytes) is not { } parsed) continue;
            accepted++;
            var text = Encoding.UTF8.GetString(bytes);
            Assert.AreEqual(text, Encoding.UTF8.GetString(JsonText.Minify(bytes).Span));
            Assert.AreEqual(Text(JsonObject.Parse(bytes, JsonObject.StoredDepth)), Text(parsed), text);
        }
        Assert.IsGreaterThan(1000, accepted);
    }

    [TestMethod]
    public void What_is_too_deep_for_one_pass_is_left_to_the_slower_parser()
    {
        static byte[] Nested(int depth) => Some.Bytes($$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}}}""");
        Assert.IsNotNull(JsonObject.TryParseCompact(Nested(64)));
        Assert.IsNull(JsonObject.TryParseCompact(Nested(65)));
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(512)]
    [DataRow(20_000)]
    public void Items_are_passed_on_in_their_order_on_the_calling_thread(int count)
    {
        var taken = new List<int>();
        var thread = Environment.CurrentManagedThreadId;
        Pipeline.Run(Enumerable.Range(0, count), item => item, item => item + 1, item =>
        {
            Assert.AreEqual(thread, Environment.CurrentManagedThreadId);
            taken.Add(item);
        });
        Assert.IsTrue(taken.SequenceEqual(Enumerable.Range(1, count)));
    }

    [TestMethod]
    [DataRow(7)]
    [DataRow(7000)]
    public void The_first_item_that_cannot_be_parsed_ends_everything(int bad)
    {
        var taken = 0;
        var isRead = false;
        IEnumerable<int> Items()
        {
            try
            {
                for (var i = 0; i < 100_000; i++) yield return i;
            }
            finally
            {
                isRead = true;
            }
        }

        Assert.ThrowsExactly<JsonException>(() => Pipeline.Run(
            Items(), _ => 1000, item => item >= bad ? throw new JsonException($"{item}") : item, _ => taken++));
        Assert.IsLessThanOrEqualTo(bad, taken);
        Assert.IsTrue(isRead, "Nobody has closed the file.");
    }

    [TestMethod]
    public void What_cannot_be_read_is_reported_after_the_items_before_it()
    {
        var taken = 0;
        IEnumerable<int> Items()
        {
            for (var i = 0; i < 5000; i++) yield return i;
            throw new IOException("the disk is gone");
        }

        var error = Assert.ThrowsExactly<IOException>(() => Pipeline.Run(Items(), _ => 1, item => item, _ => taken++));
        Assert.AreEqual("the disk is gone", error.Message);
        Assert.IsGreaterThanOrEqualTo(4096, taken);
    }

    private static string Text(JsonObject json) => string.Join(
        '\n', json.Members.Select(member => $"{Encoding.UTF8.GetString(member.Key.Span)}={Encoding.UTF8.GetString(member.Value.Span)}"));
}
