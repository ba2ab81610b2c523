using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Integration.Servers;

/// <summary>A program that a test started: its output is kept, and it never outlives its owner.</summary>
sealed class RunningProgram : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Terminate = 15;
    const int KillSignal = 9;
    const int ContinueSignal = 18;
    const int FreezeSignal = 19;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly Process _process;
    readonly StringBuilder _output = new();

    RunningProgram(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static RunningProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var running = new RunningProgram(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => running.Keep(line.Data);
        running._process.ErrorDataReceived += (_, line) => running.Keep(line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        running._process.StandardInput.Close();
        return running;
    }

    /// <summary>Runs a program to its end; one that fails is a failed test.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var running = Start(program, arguments, environment);
        var code = await running.WaitForExitAsync(Patience);
        return code == 0 ? running.Output : throw new InvalidOperationException($"{program} ended with {code}:\n{running.Output}");
    }

    /// <summary>Until the program accepts connections on a port; one that ends instead is a failed test.</summary>
    public Task UntilListeningAsync(int port, Func<string> log) => Eventually.FindAsync($"{_process.StartInfo.FileName} on port {port}", async () =>
    {
        if (HasExited)
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{Output}\n{log()}");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return this;
        }
        catch (SocketException)
        {
            return null;
        }
    });

    public void Signal(int signal)
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, signal);
    }

    /// <summary>
    /// Started as a group of its own (<c>setsid</c>): ends all of it at once, as if the machine had gone. A mail server
    /// asked politely takes up to five seconds, and its children hold the ports meanwhile.
    /// </summary>
    public async Task KillGroupAsync()
    {
        _ = Kill(-_process.Id, KillSignal);
        await _process.WaitForExitAsync();
    }

    /// <summary>Started as a group of its own: falls silent, with its ports and connections open, until <see cref="ThawGroup"/>.</summary>
    public void FreezeGroup() => _ = Kill(-_process.Id, FreezeSignal);

    public void ThawGroup() => _ = Kill(-_process.Id, ContinueSignal);

    /// <summary>SIGKILL, as a power cut would end it, and gone when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} still runs after {patience}:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async Task<int> StopAsync()
    {
        Signal(Terminate);
        return await WaitForExitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                await StopAsync();
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
        finally
        {
            _process.Dispose();
        }
    }

    // Null is the end of one of the two streams.
    void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
