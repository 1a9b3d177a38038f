namespace NexRender.Listener.Tests.Architecture;

/// <summary>A place in a source file that uses a type of another folder.</summary>
/// <param name="From">The folder of the place.</param>
/// <param name="To">The folder of the type.</param>
/// <param name="Type">The name of the type.</param>
/// <param name="Place">The file and the line.</param>
internal sealed record Dependency(string From, string To, string Type, string Place)
{
    public override string ToString() => $"{From} -> {To}: {Place} uses {Type}";
}
