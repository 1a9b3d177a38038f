namespace NexRender.Listener.Tests.Lists;

/// <summary>A query, the uids of the page that it must return, and the number of jobs that match.</summary>
internal sealed record ModelQuery(string Text, string[] Page, int Total);
