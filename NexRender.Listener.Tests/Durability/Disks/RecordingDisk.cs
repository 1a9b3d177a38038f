using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk that keeps what a folder holds before each step: what a start finds if the process is killed there.</summary>
internal sealed class RecordingDisk(string folder) : StepDisk
{
    public List<(string Step, FolderImage Image)> Images { get; } = [];

    protected override void Step(string step) => Images.Add((step, FolderImage.Of(folder)));
}
