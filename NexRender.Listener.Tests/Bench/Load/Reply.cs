namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>The parsed head of a response.</summary>
internal readonly record struct Reply(int HeadLength, long BodyLength, bool Ok, bool Closes);
