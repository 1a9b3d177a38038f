using System.Runtime.InteropServices;

namespace NexRender.Listener.Http.Startup;

/// <summary>Configures the resolution of host names in the whole process; for the executable only.</summary>
internal static partial class HostNames
{
#if !STATIC_GLIBC
    // Its name in glibc; musl has none.
    private const string Configure = "__nss_configure_lookup";
#endif

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

    /// <summary>
    /// Restricts the resolution to the hosts file, as far as the system can. HttpListener resolves the name of the machine when it gets a
    /// prefix, and waits 10 s or more for a name server that does not respond. It does not need the result.
    /// </summary>
    public static void UseHostsFileOnly()
    {
#if STATIC_GLIBC
        _ = ConfigureLookup("hosts", "files");
#else
        ConfigureLookup("files"u8);
#endif
    }

    /// <summary>Undoes <see cref="UseHostsFileOnly"/>: webhooks are sent to names.</summary>
    public static void UseNameServers()
    {
#if STATIC_GLIBC
        UseStaticResolver();
#else
        ConfigureLookup("files dns"u8);
#endif
    }

#if STATIC_GLIBC
    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureLookup(string database, string services);
#else
    private static unsafe void ConfigureLookup(ReadOnlySpan<byte> services)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library)) return;
        if (!NativeLibrary.TryGetExport(library, Configure, out var function)) return;
        // The literals end in a zero.
        fixed (byte* database = "hosts"u8, names = services)
            _ = ((delegate* unmanaged<byte*, byte*, int>)function)(database, names);
    }
#endif
}
