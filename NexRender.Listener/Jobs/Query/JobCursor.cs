using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NexRender.Listener.Jobs.Query;

/// <summary>
/// A place in a list of jobs: behind the last job of a page. Jobs that come and go do not move it. Clients get it as opaque text.
/// </summary>
/// <param name="Sort">The order of the list; a cursor is of no use in another one.</param>
/// <param name="Key">The value by which the last job was sorted before its place in the order of creation; 0 if there is none.</param>
/// <param name="CreatedAt">
/// The time of creation of the last job, in milliseconds; finds the place if the server was restarted and the job removed.
/// </param>
/// <param name="Order">The place of the last job in the order of creation, in the store that wrote the cursor.</param>
/// <param name="StoreId">The store that wrote the cursor: the order of creation is numbered again after a restart.</param>
/// <param name="Uid">The uid of the last job.</param>
internal sealed record JobCursor(JobSort Sort, double Key, long CreatedAt, long Order, string StoreId, string Uid)
{
    /// <summary>Returns the place after a job.</summary>
    public static JobCursor After(JobSort sort, double key, Job job, long order, string storeId) =>
        new(sort, key, job.CreatedAt, order, storeId, job.Uid);

    /// <summary>Writes the cursor for a URL.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)Sort} {Key:R} {CreatedAt} {Order} {StoreId} {Uid}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads a cursor; <c>null</c> if the text is not one.</summary>
    public static JobCursor? Parse(string text)
    {
        var bytes = new byte[text.Length];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)) return null;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(' ', 6);
        return parts.Length == 6
            && Enum.TryParse<JobSort>(parts[0], out var sort) && Enum.IsDefined(sort)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var key)
            && long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var createdAt)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? new JobCursor(sort, key, createdAt, order, parts[4], parts[5]) : null;
    }
}
