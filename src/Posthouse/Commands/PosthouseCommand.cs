using System.CommandLine;
using Posthouse.Gateway.Control;

namespace Posthouse.Commands;

/// <summary>All that can be typed.</summary>
static class PosthouseCommand
{
    public static RootCommand Create() => new("A mail gateway in front of SMTP, LMTP and IMAP servers that you already run.")
    {
        ServeCommand.Create(GatewayServer.Check),
        CheckCommand.Create(GatewayServer.Check),
        DemoCommand.Create(),
        SandboxCommand.Create(),
        new Command("queue", "Look after the queue.") { QueueCheckCommand.Create(GatewayServer.Check) },
    };
}
