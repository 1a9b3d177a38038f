using System.Buffers;
using System.Text;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The difference of two versions of an object, applied to the first, gives the second, byte for byte.</summary>
[TestClass]
public sealed class MemberChangeTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "\\u0061", "\\u0062", "x\\\"y", "", "é"];

    private static readonly string[] Values =
        ["0", "-1.50e+10", "true", "null", "\"\"", "\"a,}]\"", "\"\\\"\"", "[]", "[1,[\"]\"]]", "{}", "{\"a\":{\"b\":\"}\"}}"];

    [TestMethod]
    public void Of_random_changes()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var before = Some.Bytes($"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => Member(random)))}}}");
            var large = random.Next(2) == 0 ? LargeObject.Of(before) : null;
            var next = large is null ? JsonObject.ParseWritten(before) : JsonObject.Of(large.Members);
            for (var i = random.Next(5); i > 0; i--) Change(next, random);
            var (after, changes) = (next.ToBytes(), large is null ? Write(before, next) : Write(large, next));
            // Names that stand twice in the version before, as another server may have written it, may make it impossible.
            if (changes is null)
            {
                Assert.AreNotEqual(before.Count(b => b == ':'), JsonObject.ParseWritten(before).ToBytes().Count(b => b == ':'));
                continue;
            }

            var found = JsonObject.ParseWritten(before);
            MemberChanges.Apply(found, Some.Bytes(changes));
            var what = $"{Encoding.UTF8.GetString(before)} and {changes}";
            Assert.AreEqual(Encoding.UTF8.GetString(after), Encoding.UTF8.GetString(found.ToBytes()), what);
        }
    }

    [TestMethod]
    [DataRow("""{"a":1,"b":2}""", "", "", "{}")]
    [DataRow("""{"a":1,"b":2}""", "", "b=3", """{"b":3}""")]
    [DataRow("""{"a":1,"b":2}""", "a", "", """{} ["a"]""")]
    [DataRow("""{"a":1,"b":2}""", "a b", "a=1 c=4", """{"a":1,"c":4} ["a","b"]""")]
    [DataRow("""{"a":1,"b":2}""", "", "b=2", "{}")]
    public void Names_only_what_has_changed(string before, string removed, string set, string expected)
    {
        var bytes = Some.Bytes(before);
        var next = JsonObject.ParseWritten(bytes);
        foreach (var name in removed.Split(' ', StringSplitOptions.RemoveEmptyEntries)) next.Remove(Some.Bytes(name));
        foreach (var member in set.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=')))
            next.Set(Some.Bytes(member[0]), Some.Bytes(member[1]));
        Assert.AreEqual(expected, Write(bytes, next));
    }

    private static string? Write(byte[] before, JsonObject next)
    {
        var output = new ArrayBufferWriter<byte>();
        return MemberChanges.TryWrite(before, next, output, int.MaxValue) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    private static string? Write(LargeObject before, JsonObject next)
    {
        var output = new ArrayBufferWriter<byte>();
        return MemberChanges.TryWrite(before, next, output, int.MaxValue) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    private static void Change(JsonObject members, Random random)
    {
        var name = Some.Bytes(Names[random.Next(Names.Length)]);
        if (random.Next(2) == 0) members.Set(name, Some.Bytes(Values[random.Next(Values.Length)]));
        else if (!name.Contains((byte)'\\')) members.Remove(name);
    }

    private static string Member(Random random) => $"\"{Names[random.Next(Names.Length)]}\":{Values[random.Next(Values.Length)]}";
}
