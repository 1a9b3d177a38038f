# Runs, tests and publishes the server, from any working folder; for PowerShell 5 and 7. The project files define what is built, and how.
# Plain $args instead of a parameter block: what follows the verb is for the programs, and PowerShell must not interpret "-p".
$ErrorActionPreference = 'Stop'

$root = $PSScriptRoot
$project = Join-Path $root 'NexRender.Listener'
$tests = Join-Path $root 'NexRender.Listener.Tests'
$dist = Join-Path $root 'dist'
$built = Join-Path (Join-Path 'bin' 'Release') 'net10.0'
# PowerShell 5 does not have $IsWindows, and runs on Windows only.
$onWindows = ($PSVersionTable.PSVersion.Major -lt 6) -or $IsWindows
$name = if ($onWindows) { 'nexrender-listener.exe' } else { 'nexrender-listener' }

function Show-Usage {
    @'
./build.ps1 run [options]     builds the server and starts it; --help lists its options
./build.ps1 test [args]       runs all tests; --filter NAME runs some
./build.ps1 publish           makes the executable in dist: native if this machine has the tools, else portable
            --native            compiled ahead of time
            --portable          one file that includes the runtime
            --all               portable files for Windows, Linux and macOS in dist/<system>/, with checksums
./build.ps1 pack              makes the package for programs that embed the server, in dist
./build.ps1 bench [args]      publishes and measures the server and others; a complete run updates Bench/RESULTS.md
./build.ps1 clean             removes everything that was built
'@
}

function Stop-With([string] $message, [int] $code = 1) {
    [Console]::Error.WriteLine($message)
    exit $code
}

function Assert-Sdk {
    $sdks = if (Get-Command dotnet -ErrorAction SilentlyContinue) { dotnet --list-sdks }
    if (-not ($sdks -match '^10\.')) {
        Stop-With ("build.ps1: the .NET 10 SDK is required but was not found.`n" +
            "  winget install Microsoft.DotNet.SDK.10, or https://dotnet.microsoft.com/download/dotnet/10.0")
    }
}

# The SDK looks for its settings in the working folder, so it runs in the root of the repository.
function Invoke-Sdk([string[]] $words) {
    Push-Location -LiteralPath $root
    try { & dotnet @words | Out-Host } finally { Pop-Location }
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Test-Native {
    if (-not $onWindows) {
        return (Get-Command clang -ErrorAction SilentlyContinue) -and ($IsMacOS -or (Get-Command ld.lld -ErrorAction SilentlyContinue))
    }
    # The linker is part of Visual Studio or its build tools; their installer knows the path.
    $programs = [Environment]::GetFolderPath('ProgramFilesX86')
    $vswhere = Join-Path $programs 'Microsoft Visual Studio\Installer\vswhere.exe'
    (Test-Path -LiteralPath $vswhere) -and
        (& $vswhere -latest -prerelease -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath)
}

function Publish-One([string] $kind, [string] $folder, [string[]] $more) {
    foreach ($file in 'nexrender-listener', 'nexrender-listener.exe') {
        $path = Join-Path $folder $file
        if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path }
    }
    Invoke-Sdk (@('publish', $project, '-c', 'Release', '--nologo', '-v', 'quiet', "-p:Kind=$kind", '-o', $folder) + $more)
}

function Publish-Dist([string] $choice) {
    $install = if ($onWindows) { 'the C++ build tools of Visual Studio' } else { 'clang and lld' }
    $canNative = [bool] (Test-Native)
    if ($choice -eq '--native' -and -not $canNative) { Stop-With "build.ps1: the native executable requires $install" }
    $kind = if ($choice -ne '--portable' -and $canNative) { 'native' } else { 'portable' }
    Publish-One $kind $dist @('--use-current-runtime')
    $size = '{0:0.0} MB' -f ((Get-Item -LiteralPath (Join-Path $dist $name)).Length / 1e6)
    $hint = if ($canNative) { '' } else { "; install $install for the smaller native one" }
    "built dist/${name}: $kind, $size$hint"
}

function Publish-All {
    $sums = foreach ($system in 'win-x64', 'linux-x64', 'linux-arm64', 'linux-musl-x64', 'osx-x64', 'osx-arm64') {
        $folder = Join-Path $dist $system
        Publish-One 'portable' $folder @('-r', $system)
        $file = Get-ChildItem -LiteralPath $folder -Filter 'nexrender-listener*' | Select-Object -First 1
        [Console]::WriteLine("built dist/$system")
        '{0}  {1}/{2}' -f (Get-FileHash -LiteralPath $file.FullName -Algorithm SHA256).Hash.ToLowerInvariant(), $system, $file.Name
    }
    [IO.File]::WriteAllText((Join-Path $dist 'SHA256SUMS'), (($sums -join "`n") + "`n"))
}

$verb, $rest = $args
$rest = @($rest | Where-Object { $null -ne $_ })
if ($verb -in 'run', 'test', 'publish', 'pack', 'bench') { Assert-Sdk }
switch ($verb) {
    'run' {
        Invoke-Sdk @('msbuild', $project, '-restore', '-p:Configuration=Release', '-nologo', '-v:quiet')
        & dotnet (Join-Path (Join-Path $project $built) 'NexRender.Listener.dll') @rest
        exit $LASTEXITCODE
    }
    'test' { Invoke-Sdk (@('test', '-c', 'Release') + $rest) }
    'publish' {
        if ($rest.Count -gt 1 -or ($rest.Count -eq 1 -and $rest[0] -notin '--native', '--portable', '--all')) { Stop-With (Show-Usage) 2 }
        if ($rest.Count -eq 1 -and $rest[0] -eq '--all') { Publish-All } else { Publish-Dist ([string] ($rest | Select-Object -First 1)) }
    }
    'pack' { Invoke-Sdk (@('pack', $project, '-c', 'Release', '--nologo', '-p:Kind=package', '-o', $dist) + $rest) }
    'bench' {
        Publish-Dist ''
        Invoke-Sdk @('msbuild', $tests, '-restore', '-p:Configuration=Release', '-nologo', '-v:quiet')
        & dotnet (Join-Path (Join-Path $tests $built) 'NexRender.Listener.Tests.dll') bench --executable (Join-Path $dist $name) `
            --page (Join-Path (Join-Path $tests 'Bench') 'RESULTS.md') @rest
        exit $LASTEXITCODE
    }
    'clean' {
        $folders = @($dist) + @($project, $tests | ForEach-Object {
            $parent = $_
            'bin', 'obj', 'TestResults' | ForEach-Object { Join-Path $parent $_ }
        })
        $folders | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Remove-Item -LiteralPath $_ -Recurse -Force }
    }
    { $_ -in 'help', '-h', '--help' } { Show-Usage }
    default { Stop-With (Show-Usage) 2 }
}
