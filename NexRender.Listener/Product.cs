using System.Reflection;

namespace NexRender.Listener;

/// <summary>The name and the version of the product.</summary>
internal static class Product
{
    /// <summary>The version, as Directory.Build.props says it.</summary>
    public static readonly string Version =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The name and the version, for the <c>Server</c> header.</summary>
    public static readonly string Token = $"nexrender-listener/{Version}";
}
