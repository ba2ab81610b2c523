using System.CommandLine;
using System.CommandLine.Invocation;
using Posthouse.Gateway.Control;

namespace Posthouse.Commands;

/// <summary>All that can be typed.</summary>
static class PosthouseCommand
{
    public static RootCommand Create() => UnknownOptions.Refuse(new RootCommand("A mail gateway in front of SMTP, LMTP and IMAP servers that you already run.")
    {
        ServeCommand.Create(GatewayServer.Check),
        CheckCommand.Create(GatewayServer.Check),
        ReloadCommand.Create(GatewayServer.Check),
        QueueCommand.Create(GatewayServer.Check),
        RemotesCommand.Create(GatewayServer.Check),
        ConfigCommand.Create(GatewayServer.Check),
        DemoCommand.Create(),
        SandboxCommand.Create(),
    });

    /// <summary>Does what a command line says; a wrong one ends with <see cref="ExitCodes.Usage"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration console, CancellationToken cancellationToken = default)
    {
        var parsed = Create().Parse(args);
        var exitCode = await parsed.InvokeAsync(console, cancellationToken);
        return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
    }
}
