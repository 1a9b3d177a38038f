using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>Identifies a figure: the server, the operation, the numbers of jobs and connections, and which figure of these.</summary>
internal readonly record struct Cell(TargetKind Kind, Operation Operation, int Jobs = 0, int Connections = 0, string What = "");
