#if STATIC_GLIBC
using System.Runtime.InteropServices;
#endif

namespace NexRender.Listener.Http.Startup;

/// <summary>Configures the resolution of host names.</summary>
internal static partial class HostNames
{
    /// <summary>
    /// Restricts a statically linked executable to the resolvers that are linked into it. Many systems are configured to load modules for
    /// host names, and a static executable crashes when it loads one that was built for another version of the C library.
    /// </summary>
    public static void UseStaticResolver()
    {
#if STATIC_GLIBC
        _ = ConfigureLookup("hosts", "files dns");
#endif
    }

#if STATIC_GLIBC
    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureLookup(string database, string services);
#endif
}
