namespace NexRender.Listener.Tests.Bench;

/// <summary>What the load generator wants to know of an answer whose head has arrived.</summary>
internal readonly record struct Reply(int HeadLength, long BodyLength, bool Ok, bool Closes);
