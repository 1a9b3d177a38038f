using System.Globalization;
using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>The place of a record in a group of changes that are made all together or not at all.</summary>
/// <param name="Id">The number of the group; one run of a server uses each number once.</param>
/// <param name="Index">The place of the record in its group, counted from 0.</param>
internal readonly record struct GroupMember(long Id, int Index)
{
    /// <summary>Returns a record that makes no change before the group has ended.</summary>
    public JournalRecord Record(RecordKind kind, JsonBytes json) => new(kind, json) { Group = this, Changes = 0 };

    /// <summary>Returns the record that ends a group and gives its records effect.</summary>
    /// <param name="id">The number of the group.</param>
    /// <param name="records">The number of records of the group.</param>
    /// <param name="dropped">The places of the records that have no effect.</param>
    public static JournalRecord End(long id, int records, IEnumerable<int> dropped)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{id} {records}");
        foreach (var index in dropped) text.Append(CultureInfo.InvariantCulture, $" {index}");
        return new JournalRecord(RecordKind.EndOfGroup, Encoding.ASCII.GetBytes(text.ToString())) { Changes = records };
    }
}
