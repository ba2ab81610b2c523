using System.Text;
using Posthouse.Wire.Commands;

namespace Posthouse.Sandbox.Smtp;

/// <summary>XCLIENT, as Postfix takes it from a client that it trusts.</summary>
static class SmtpXClient
{
    public const string Verb = "XCLIENT";

    /// <summary>Whether a line of no other verb is XCLIENT, and the server knows it.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> line, SandboxOptions options) =>
        options.XClient.Count > 0 && (line.Length == Verb.Length || (line.Length > Verb.Length && line[Verb.Length] == ' '))
        && Ascii.EqualsIgnoreCase(line[..Verb.Length], Verb);

    /// <summary>What is known of the client from now on; null where the line is malformed or tells what was not listed.</summary>
    public static SandboxClient? Read(ReadOnlySpan<byte> line, SandboxOptions options, SandboxClient? before)
    {
        if (line.Length <= Verb.Length || !XClientField.TryParse(line[(Verb.Length + 1)..], out var fields))
            return null;
        var client = before ?? new SandboxClient();
        foreach (var (name, value) in fields)
        {
            if (!options.XClient.Contains(name.ToString(), StringComparer.OrdinalIgnoreCase))
                return null;
            client = name switch
            {
                XClientName.Addr => client with { Address = value },
                XClientName.Port => client with { Port = value },
                XClientName.DestAddr => client with { LocalAddress = value },
                XClientName.DestPort => client with { LocalPort = value },
                XClientName.Helo => client with { Helo = value },
                XClientName.Proto => client with { Protocol = value },
                XClientName.Login => client with { Login = value },
                _ => client with { Name = value },
            };
        }
        return client;
    }
}
