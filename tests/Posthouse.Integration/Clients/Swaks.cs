using System.Globalization;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Clients;

/// <summary>swaks, the client that administrators try a mail server with.</summary>
static class Swaks
{
    const string Program = "/usr/bin/swaks";

    public static async Task<SwaksTranscript> RunAsync(int port, params string[] arguments)
    {
        MailServerFiles.Require(Program, "Package swaks.");
        string[] target = ["--server", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--ehlo", "client.example.org"];
        await using var running = RunningProgram.Start(Program, [.. target, .. arguments]);
        var code = await running.WaitForExitAsync(TimeSpan.FromSeconds(30));
        return new SwaksTranscript(code, running.Output);
    }
}
