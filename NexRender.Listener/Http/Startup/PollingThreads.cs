using System.Globalization;

namespace NexRender.Listener.Http.Startup;

/// <summary>Sets the number of threads that poll sockets. Only for the executable, and before the first socket.</summary>
internal static class PollingThreads
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    // The framework uses one for up to 30 processors, which is enough as long as they do nothing else. The gate's share of a request is
    // done on them, so that one could not relay more than one processor can.
    private const int Max = 4;

    /// <summary>Sets it for the gate, unless the environment does. Without effect on Windows, which has no such threads.</summary>
    public static void UseForGate()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null) return;
        Environment.SetEnvironmentVariable(Variable, Math.Min(Environment.ProcessorCount, Max).ToString(CultureInfo.InvariantCulture));
    }
}
