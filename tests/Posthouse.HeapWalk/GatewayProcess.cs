using System.Diagnostics;

namespace Posthouse.HeapWalk;

/// <summary>The child.</summary>
sealed class GatewayProcess : IDisposable
{
    readonly Process _process;
    readonly Dictionary<string, int> _ports = [];

    GatewayProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public int Port(string listener) => _ports[listener];

    public static async Task<GatewayProcess> StartAsync(string configuration, byte[] marker)
    {
        // Hexadecimal, since the arguments are text in the child.
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["gateway", configuration, Convert.ToHexString(marker)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var child = new GatewayProcess(Process.Start(start)!);
        while (await child.ReadAsync() is var line && line != "ready")
        {
            var words = line.Split(' ');
            child._ports[words[0]] = int.Parse(words[1], null);
        }
        return child;
    }

    /// <summary>Has the child collect its garbage.</summary>
    public async Task CollectAsync()
    {
        await _process.StandardInput.WriteLineAsync("collect");
        await ReadAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the gateway ended");
}
