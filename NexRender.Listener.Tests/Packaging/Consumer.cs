using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>A program that uses the package.</summary>
internal sealed class Consumer : IDisposable
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="NexRender.Listener" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    private readonly TempFolder _folder = new();

    private Consumer() { }

    /// <summary>The working folder of the program, and its home folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>Builds a program of one file against the package that was just packed.</summary>
    public static async Task<Consumer> Build(string program)
    {
        var package = await Package.File;
        var consumer = new Consumer();
        try
        {
            consumer._folder.Write("Consumer.csproj", Project.Replace("VERSION", Package.VersionOf(package)));
            consumer._folder.Write("Program.cs", program);
            consumer._folder.Write("nuget.config", Sources(Path.GetDirectoryName(package)!));
            await Repository.Run([Executable.Dotnet(), "build", "-c", "Release", "--nologo", "-o", "out"], consumer.Folder);
            return consumer;
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    public ChildProcess Run()
    {
        var environment = ChildProcess.Inherited();
        environment["HOME"] = Folder;
        return ChildProcess.Launch([Executable.Dotnet(), _folder.File("out/Consumer.dll")], environment, Folder);
    }

    public void Dispose() => _folder.Dispose();

    // Its own folder for unpacked packages: one that was packed before has the same version. Everything else is already in the cache.
    private static string Sources(string local) =>
        $"""
        <configuration>
          <packageSources><add key="just packed" value="{local}" /></packageSources>
          <config><add key="globalPackagesFolder" value="packages" /></config>
          <fallbackPackageFolders><add key="user" value="{Unpacked}" /></fallbackPackageFolders>
        </configuration>
        """;

    private static string Unpacked =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
