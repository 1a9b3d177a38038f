using System.Net.Sockets;
using System.Reflection;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>The gate's share of a request is done on the threads that poll sockets.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PollingThreadTests
{
    [TestMethod]
    public void This_version_of_the_framework_has_the_setting_of_the_sockets()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var setting = typeof(SafeSocketHandle).GetProperty("PreferInlineCompletions", BindingFlags.Instance | BindingFlags.NonPublic);
        Assert.AreEqual(false, setting?.GetValue(socket.SafeHandle));
        InlineCompletion.Enable(socket);
        Assert.AreEqual(true, setting?.GetValue(socket.SafeHandle));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(null)]
    [DataRow("3")]
    public async Task The_executable_has_a_thread_for_each_processor_unless_the_environment_sets_their_number(string? set)
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string>();
        if (set is not null) environment.Add("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", set);
        await using var server = await ServerProcess.Start([$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}"], environment);
        var expected = set is not null ? int.Parse(set) : Executable.IsDirect ? 1 : Math.Min(Environment.ProcessorCount, 4);
        Assert.AreEqual(expected, Directory.GetDirectories($"/proc/{server.Id}/task").Count(Polls));
    }

    private static bool Polls(string thread)
    {
        try
        {
            return File.ReadAllText($"{thread}/comm") == ".NET Sockets\n";
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }
}
