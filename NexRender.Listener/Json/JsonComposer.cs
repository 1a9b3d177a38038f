using System.Globalization;
using System.Text;

namespace NexRender.Listener.Json;

/// <summary>Writes a JSON object of the server's own, member by member.</summary>
internal sealed class JsonComposer
{
    private readonly List<byte> _json = [(byte)'{'];
    private bool _isFirst = true;

    public JsonComposer Text(ReadOnlySpan<byte> name, string? value)
    {
        Name(name);
        if (value is null) _json.AddRange("null"u8);
        else _json.AddRange(JsonText.Quote(value));
        return this;
    }

    public JsonComposer Number(ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        _json.AddRange(JsonText.FromInteger(value));
        return this;
    }

    /// <summary>Writes a number under a name that a client has chosen.</summary>
    public JsonComposer Number(string name, long value)
    {
        Separate();
        _json.AddRange(JsonText.Quote(name));
        _json.Add((byte)':');
        _json.AddRange(JsonText.FromInteger(value));
        return this;
    }

    /// <summary>Writes a number to the millisecond; <c>null</c> for none.</summary>
    public JsonComposer Number(ReadOnlySpan<byte> name, double? value)
    {
        Name(name);
        _json.AddRange(value is { } number && double.IsFinite(number)
            ? Encoding.ASCII.GetBytes(Math.Round(number, 3).ToString(CultureInfo.InvariantCulture))
            : "null"u8);
        return this;
    }

    public JsonComposer Boolean(ReadOnlySpan<byte> name, bool value)
    {
        Name(name);
        _json.AddRange(value ? "true"u8 : "false"u8);
        return this;
    }

    /// <summary>Begins an object, as a member or, without a name, as an item of an array.</summary>
    public JsonComposer BeginObject(ReadOnlySpan<byte> name) => Begin(name, (byte)'{');

    public JsonComposer BeginArray(ReadOnlySpan<byte> name) => Begin(name, (byte)'[');

    public JsonComposer EndObject() => End((byte)'}');

    public JsonComposer EndArray() => End((byte)']');

    /// <summary>Ends the object and returns its bytes.</summary>
    public byte[] ToBytes()
    {
        EndObject();
        return [.. _json];
    }

    private JsonComposer Begin(ReadOnlySpan<byte> name, byte bracket)
    {
        Name(name);
        _json.Add(bracket);
        _isFirst = true;
        return this;
    }

    private JsonComposer End(byte bracket)
    {
        _json.Add(bracket);
        _isFirst = false;
        return this;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        if (name.IsEmpty) return;
        _json.Add((byte)'"');
        _json.AddRange(name);
        _json.AddRange("\":"u8);
    }

    private void Separate()
    {
        if (!_isFirst) _json.Add((byte)',');
        _isFirst = false;
    }
}
