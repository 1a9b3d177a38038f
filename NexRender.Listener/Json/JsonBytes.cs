namespace NexRender.Listener.Json;

/// <summary>The text of a JSON object: one array, or the pieces of a large one.</summary>
internal readonly struct JsonBytes
{
    // An array of bytes or a LargeObject: so the text of a small object costs no object besides the array.
    private readonly object _content;

    private JsonBytes(object content) => _content = content;

    /// <summary>The object if it is a large one; <c>null</c> otherwise.</summary>
    public LargeObject? Large => _content as LargeObject;

    public int Length => _content is byte[] whole ? whole.Length : ((LargeObject)_content).Length;

    /// <summary>The length of what is shared with the version before.</summary>
    public int SharedLength => Large?.SharedLength ?? 0;

    /// <summary>The number of pieces.</summary>
    public int PieceCount => _content is LargeObject large ? large.Pieces.Count : 1;

    /// <summary>Returns a piece.</summary>
    public ReadOnlyMemory<byte> this[int piece] => _content is byte[] whole ? whole : ((LargeObject)_content).Pieces[piece].Bytes;

    public static implicit operator JsonBytes(byte[] whole) => new(whole);

    /// <summary>Writes an object; parts of a large one are shared with the version before.</summary>
    /// <param name="members">The members.</param>
    /// <param name="previous">The version before; <c>null</c> for none.</param>
    public static JsonBytes Write(JsonObject members, LargeObject? previous) =>
        members.TextLength < LargeObject.MinLength ? new(members.ToBytes()) : new(LargeObject.Write(members, previous));

    /// <summary>Returns the text of an object that was read.</summary>
    /// <param name="whole">The text as <see cref="JsonObject.ToBytes"/> writes it; nobody changes it from now on.</param>
    public static JsonBytes Of(byte[] whole) => whole.Length < LargeObject.MinLength ? new(whole) : new(LargeObject.Of(whole));

    /// <summary>Parses the members; those of a large object are known.</summary>
    public JsonObject Parse() =>
        _content is byte[] whole ? JsonObject.ParseWritten(whole) : JsonObject.Of(((LargeObject)_content).Members);

    /// <summary>Returns the text as one array, which must not be changed.</summary>
    public byte[] ToArray() => _content as byte[] ?? ((LargeObject)_content).ToArray();

    /// <summary>Copies the text.</summary>
    public void CopyTo(Span<byte> target)
    {
        if (_content is byte[] whole) whole.CopyTo(target);
        else ((LargeObject)_content).CopyTo(target);
    }
}
