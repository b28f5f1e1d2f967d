@echo off
rem NeuralBurden from a source tree: builds what is needed (Release), then runs the program with the arguments.
rem   nb run          the main job            nb test [ARGS of dotnet test]   the test suite
setlocal EnableExtensions
set "NB_ROOT=%~dp0"
set "NB_STATE=%~dp0artifacts\nb"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "DOTNET_NOLOGO=1"
if "%~1"=="test" goto test

call :build program NeuralBurden.Cli\NeuralBurden.Cli.csproj NeuralBurden.Cli\bin\Release\net10.0\nb.dll || exit /b 1
dotnet "%NB_ROOT%NeuralBurden.Cli\bin\Release\net10.0\nb.dll" %*
exit /b %ERRORLEVEL%

:test
call :build tests NeuralBurden.IL.sln NeuralBurden.Tests\bin\Release\net10.0\NeuralBurden.Tests.dll || exit /b 1
set /a NB_PASSED=0, NB_FAILED=0, NB_SKIPPED=0, NB_PASSES=0
del /q "%NB_STATE%\tests-*.trx" 2>nul
if not "%~2"=="" (
    for /f "tokens=1,*" %%a in ("%*") do call :suite %%b
) else (
    call :suite
    rem The SIMD code once more at every vector width that this machine can be made to believe in.
    for %%s in (DOTNET_EnableAVX512 DOTNET_EnableAVX2 DOTNET_EnableHWIntrinsic) do (
        set "%%s=0"
        call :suite --filter Category=Simd
        set "%%s="
    )
)
echo.
if %NB_FAILED% gtr 0 call :tell_failures
echo %NB_PASSED% passed, %NB_FAILED% failed, %NB_SKIPPED% skipped
if %NB_FAILED% gtr 0 exit /b 1
if %NB_PASSED% equ 0 exit /b 1
exit /b 0

rem One run of the suite, counted from its result file and not from what it printed.
:suite
set /a NB_PASSES+=1
dotnet test "%NB_ROOT%NeuralBurden.Tests" -c Release --no-build --nologo --logger "console;verbosity=minimal" ^
    --logger "trx;LogFileName=%NB_STATE%\tests-%NB_PASSES%.trx" %*
set "NB_STATUS=%ERRORLEVEL%"
set "NB_COUNTS=0 0 0"
for /f "usebackq tokens=*" %%c in (`powershell -NoProfile -Command ^
    "$f = $env:NB_STATE + '\tests-' + $env:NB_PASSES + '.trx'; if (Test-Path $f) {" ^
    "$c = ([xml](Get-Content -Raw $f)).TestRun.ResultSummary.Counters;" ^
    "$b = [int]$c.failed + [int]$c.error + [int]$c.timeout + [int]$c.aborted;" ^
    "'{0} {1} {2}' -f $c.passed, $b, ([int]$c.total - [int]$c.passed - $b) } else { '0 0 0' }"`) do set "NB_COUNTS=%%c"
for /f "tokens=1-3" %%a in ("%NB_COUNTS%") do (
    set /a NB_PASSED+=%%a, NB_FAILED+=%%b, NB_SKIPPED+=%%c
    if not "%NB_STATUS%"=="0" if "%%b"=="0" set /a NB_FAILED+=1
)
exit /b 0

rem Every test that failed with its message, as the last thing printed.
:tell_failures
powershell -NoProfile -Command ^
    "foreach ($file in Get-ChildItem ($env:NB_STATE + '\tests-*.trx')) {" ^
    "foreach ($test in ([xml](Get-Content -Raw $file)).TestRun.Results.UnitTestResult) {" ^
    "if ($test.outcome -eq 'Failed') { 'failed: ' + $test.testName; $test.Output.ErrorInfo.Message } } }"
exit /b 0

rem build NAME TARGET OUTPUT: nothing to do while the stamp of the last build is newer than every source file.
:build
powershell -NoProfile -Command ^
    "$stamp = Get-Item -ErrorAction Ignore ($env:NB_STATE + '\%1.stamp');" ^
    "if (-not $stamp -or -not (Test-Path ($env:NB_ROOT + '%3'))) { exit 1 };" ^
    "$files = Get-ChildItem -File ($env:NB_ROOT + '*') -Include *.props, *.json, *.sln, .editorconfig;" ^
    "$files += Get-ChildItem -Recurse ($env:NB_ROOT + 'NeuralBurden.*'), ($env:NB_ROOT + 'configs')," ^
    "($env:NB_ROOT + 'datasets') | Where-Object { $_.FullName -notmatch '\\(bin|obj|TestResults)(\\|$)' };" ^
    "if ($files | Where-Object { $_.LastWriteTimeUtc -gt $stamp.LastWriteTimeUtc }) { exit 1 }" && exit /b 0
where dotnet >nul 2>nul || (
    echo nb: dotnet was not found; install the .NET 10 SDK ^(https://dotnet.microsoft.com/download^) 1>&2
    exit /b 1
)
dotnet --list-sdks | findstr /b "10." >nul || (
    echo nb: the .NET 10 SDK was not found; install it from https://dotnet.microsoft.com/download 1>&2
    exit /b 1
)
if not exist "%NB_STATE%" mkdir "%NB_STATE%"
echo nb: building ^(Release^) ... 1>&2
echo.>"%NB_STATE%\%1.stamp.new"
dotnet build "%NB_ROOT%%2" -c Release -v q -nologo >"%NB_STATE%\build.log" 2>&1 || (
    type "%NB_STATE%\build.log" 1>&2
    call :name_missing
    echo nb: the build failed 1>&2
    exit /b 1
)
move /y "%NB_STATE%\%1.stamp.new" "%NB_STATE%\%1.stamp" >nul
exit /b 0

rem The packages that no source serves in the version asked for.
:name_missing
powershell -NoProfile -Command ^
    "$pins = ([xml](Get-Content -Raw ($env:NB_ROOT + 'Directory.Packages.props'))).Project.ItemGroup.PackageVersion;" ^
    "$found = Select-String -Path ($env:NB_STATE + '\build.log') -Pattern" ^
    "'error NU1101: Unable to find package (?<name>\S+)\. '," ^
    "'error NU1102: Unable to find package (?<name>\S+) with version \([>= ]*(?<version>[^),]+)'," ^
    "'error NU1603: .* depends on (?<name>\S+) \(>= (?<version>[^)]+)\)';" ^
    "$found | ForEach-Object { $g = $_.Matches[0].Groups; $name = $g['name'].Value; $version = $g['version'].Value;" ^
    "if (-not $version) { $version = ($pins | Where-Object Include -eq $name).Version };" ^
    "'nb: the package source does not serve ' + $name + ' ' + $version } | Sort-Object -Unique" 1>&2
exit /b 0
