#if STATIC_GLIBC
using System.Runtime.InteropServices;
#endif

namespace NexRender.Listener.Http.Startup;

/// <summary>How the names of hosts are looked up.</summary>
internal static partial class HostNames
{
    /// <summary>
    /// Keeps a static file to what is linked into it. Many systems are set to ask modules for the names of hosts, and a static file that
    /// loads one, made for another version of the C library, ends there and then.
    /// </summary>
    public static void UseWhatIsLinked()
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
