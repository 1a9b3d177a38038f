namespace NexRender.Listener.Tests.Workers;

/// <summary>The renders that the stand-in for After Effects has noted.</summary>
/// <param name="file">The file of the notes, a line each: what, the uid, and the worker.</param>
internal sealed class RenderNotes(string file)
{
    private readonly (string What, string Uid, string Worker)[] _notes =
        [.. File.ReadLines(file).Select(line => line.Split(' ')).Select(words => (words[0], words[1], words[2]))];

    /// <summary>Returns the number of renders of a job that have begun.</summary>
    public int Begun(string uid) => _notes.Count(note => note.What == "begin" && note.Uid == uid);

    /// <summary>Returns the number of renders of a job by a worker that have begun.</summary>
    public int Begun(string uid, string worker) => _notes.Count(note => note == ("begin", uid, worker));

    /// <summary>Returns the number of renders of a job by a worker that have ended.</summary>
    public int Ended(string uid, string worker) => _notes.Count(note => note == ("end", uid, worker));

    /// <summary>Returns the workers that have rendered a job.</summary>
    public IEnumerable<string> WorkersOf(string uid) => _notes.Where(note => note.Uid == uid).Select(note => note.Worker).Distinct();
}
