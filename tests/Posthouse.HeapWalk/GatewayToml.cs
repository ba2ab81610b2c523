using System.Text;
using Posthouse.Sandbox;

namespace Posthouse.HeapWalk;

/// <summary>A gateway whose logins are asked of the remote that their domain names.</summary>
static class GatewayToml
{
    public static string For(IReadOnlyDictionary<RemoteCase, SandboxServer> servers, string folder)
    {
        var branches = string.Join(",\n", servers.Keys.Select(remote =>
            $$"""  { if = "login-domain", eq = "{{Domain(remote)}}", then = "remote/{{remote.Id}}" }"""));
        var text = new StringBuilder($$"""
            [server]
            hostname = "gateway.example"
            [server.listener."clear"]
            bind = ["127.0.0.1:0"]
            protocol = "smtp"
            tls.enable = false
            [server.listener."starttls"]
            bind = ["127.0.0.1:0"]
            protocol = "smtp"
            tls.enable = true
            tls.implicit = false
            [server.listener."implicit"]
            bind = ["127.0.0.1:0"]
            protocol = "smtp"
            tls.enable = true
            tls.implicit = true
            [session.auth]
            mechanisms = ["plain", "login", "oauthbearer", "xoauth2"]
            allow-plain-text = true
            errors.wait = "1ms"
            errors.total = 100
            lookup = [
            {{branches}},
              { else = false }
            ]
            [queue]
            path = "{{folder}}/queue"

            """);
        foreach (var (remote, server) in servers)
            text.AppendLine(remote.Toml(server.Port));
        return text.ToString();
    }

    public static string Domain(RemoteCase remote) => $"{remote.Id}.example";
}
