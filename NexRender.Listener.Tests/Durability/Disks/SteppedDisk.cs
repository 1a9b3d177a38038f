namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk that reports each step before it is taken.</summary>
internal sealed class SteppedDisk(Action<string> beforeStep) : StepDisk
{
    protected override void Step(string step) => beforeStep(step);
}
