# Installs the job server on Windows: a task that starts with the system, runs as LOCAL SERVICE and is restarted when it ends.
# Run it as administrator, in the folder that holds nexrender-listener.exe:
#   powershell -ExecutionPolicy Bypass -File install-windows.ps1 -Secret s3cret
#Requires -RunAsAdministrator
param(
    [Parameter(Mandatory = $true)] [string] $Secret,
    [ValidateRange(1, 65535)] [int] $Port = 3000,
    [string] $Folder = (Join-Path $env:ProgramData 'nexrender-listener')
)
$ErrorActionPreference = 'Stop'

New-Item -ItemType Directory -Force -Path $Folder | Out-Null
Copy-Item -Path 'nexrender-listener.exe' -Destination $Folder
Set-Content -NoNewline -Path "$Folder\secret" -Value $Secret

# Accounts by their identifiers, because their names differ between the languages of Windows: SYSTEM, Administrators, LOCAL SERVICE.
icacls $Folder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-19:(OI)(CI)M' | Out-Null

New-NetFirewallRule -DisplayName 'nexrender-listener' -Direction Inbound -Protocol TCP -LocalPort $Port -Action Allow | Out-Null

$arguments = "--port $Port --secret-file `"$Folder\secret`" --database `"$Folder\database.js`""
$action = New-ScheduledTaskAction -Execute "$Folder\nexrender-listener.exe" -Argument $arguments
$user = New-ScheduledTaskPrincipal -UserId 'LOCALSERVICE' -LogonType ServiceAccount
$always = @{
    ExecutionTimeLimit         = [TimeSpan]::Zero
    RestartCount               = 999
    RestartInterval            = New-TimeSpan -Minutes 1
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
}
$settings = New-ScheduledTaskSettingsSet @always
$trigger = New-ScheduledTaskTrigger -AtStartup
Register-ScheduledTask -TaskName 'nexrender-listener' -Action $action -Trigger $trigger -Principal $user -Settings $settings | Out-Null
Start-ScheduledTask -TaskName 'nexrender-listener'
