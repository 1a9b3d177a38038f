namespace NexRender.Listener.Tests.Bench;

/// <summary>What was measured: whose, what, with how many jobs, over how many connections.</summary>
internal readonly record struct Cell(TargetKind Kind, Operation Operation, int Jobs = 0, int Connections = 0, string What = "");
