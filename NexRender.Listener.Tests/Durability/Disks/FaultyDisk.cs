namespace NexRender.Listener.Tests.Durability.Disks;

/// <summary>A disk whose n-th step fails, or the n-th and all later ones; a write may fail when half of it is done.</summary>
/// <param name="n">The number of the step, counted from 1.</param>
/// <param name="error">The number of the error.</param>
/// <param name="isForGood">True if all later steps fail too.</param>
internal sealed class FaultyDisk(int n, int error, bool isForGood) : StepDisk
{
    private int _steps;
    private volatile string? _failed;

    /// <summary>The step that failed; <c>null</c> if there were fewer steps.</summary>
    public string? Failed => _failed;

    protected override void Step(string step)
    {
        var number = ++_steps;
        if (number < n || (number > n && !isForGood)) return;
        _failed ??= $"{step} ({number})";
        throw new IOException($"injected failure of: {step}", error);
    }
}
