using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Posthouse.Ledger.Gateways;

/// <summary>The executable under test, on one folder, through many lives.</summary>
sealed class GatewayProcess : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    readonly string _executable;
    readonly string _folder;
    readonly string[] _within;
    readonly StreamWriter _log;
    Process? _process;

    /// <param name="folder">For configuration, log and queue.</param>
    /// <param name="file">What it is to do.</param>
    /// <param name="queue">The queue's folder, as the gateway sees it.</param>
    /// <param name="port">To listen on; 0 = a free one.</param>
    /// <param name="within">A command that runs the rest of its line, and becomes it.</param>
    internal GatewayProcess(string folder, GatewayFile file, string queue, int port, params string[] within)
    {
        _executable = Environment.GetEnvironmentVariable("POSTHOUSE_EXE") ?? throw new InvalidOperationException("POSTHOUSE_EXE must name the executable under test.");
        (_folder, _within) = (folder, within);
        Queue = queue;
        _log = new StreamWriter(new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        Port = port > 0 ? port : FreePort();
        File.WriteAllText(Configuration, file.Text(Port, Queue));
    }

    internal int Port { get; }

    internal string Queue { get; }

    internal string Configuration => Path.Combine(_folder, "posthouse.toml");

    internal string Log => Path.Combine(_folder, "posthouse.log");

    internal int Id => _process!.Id;

    internal bool HasExited => _process!.HasExited;

    /// <summary>Begins a life, and does not wait for it.</summary>
    internal void Spawn(string? crashAt = null)
    {
        string[] line = [.. _within, _executable, "serve", "--config", Configuration];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (crashAt is not null)
            start.Environment["POSTHOUSE_CRASH_AT"] = crashAt;
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        File.WriteAllText(Path.Combine(_folder, "gateway.pid"), _process.Id.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Begins a life and waits until it greets.</summary>
    internal async Task StartAsync(string? crashAt = null)
    {
        Spawn(crashAt);
        if (!await GreetsAsync())
            throw new InvalidOperationException($"The gateway ended with {_process!.ExitCode} rather than listen; see its last lines:\n{LogEnd()}");
    }

    /// <summary>Waits until it greets; false where it ended before.</summary>
    internal async Task<bool> GreetsAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!HasExited)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException) when (waited.Elapsed < Patience)
            {
                await Task.Delay(5);
            }
        }
        return false;
    }

    /// <summary>SIGKILL, and gone when this returns.</summary>
    internal void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    internal async Task<int> TerminateAsync()
    {
        _ = Signal(_process!.Id, 15);
        return await ExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    internal async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await _process!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The gateway still runs after {Patience}:\n{LogEnd()}");
        }
        return _process.ExitCode;
    }

    /// <summary>Runs another command of the executable to its end.</summary>
    internal async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string[] line = [.. _within, _executable, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A line of <c>/proc/PID/status</c> in KiB, such as VmHWM.</summary>
    internal long Status(string name)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a line of the log has this.</summary>
    internal bool Logged(string text) => LogLines().Any(line => line.Contains(text, StringComparison.Ordinal));

    internal int CountLogged(string text) => LogLines().Count(line => line.Contains(text, StringComparison.Ordinal));

    internal string LogEnd() => string.Join('\n', LogLines().TakeLast(30));

    public void Dispose()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
                Kill();
            _process.Dispose();
        }
        lock (_log)
            _log.Dispose();
    }

    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    IEnumerable<string> LogLines()
    {
        using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    // Null is the end of one of the two streams; the last lines may come after the end of all.
    void Keep(string? line)
    {
        lock (_log)
        {
            if (line is not null && _log.BaseStream is { CanWrite: true })
                _log.WriteLine(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Signal(int processId, int signal);
}
