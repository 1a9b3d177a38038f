namespace NexRender.Listener.Tests.Support;

/// <summary>The exit code and the outputs of a process.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Asserts that the program failed with one line that contains all parts.</summary>
    public void ExpectRefusal(int exitCode, params string[] parts)
    {
        Assert.AreEqual(exitCode, ExitCode, $"It said: {Errors}{Output}");
        Assert.AreEqual("", Output);
        Assert.HasCount(1, Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), $"It said: {Errors}");
        Assert.StartsWith("nexrender-listener: ", Errors);
        foreach (var part in parts) Assert.Contains(part, Errors);
        Assert.DoesNotContain("Exception", Errors);
        Assert.DoesNotContain("   at ", Errors);
    }
}
