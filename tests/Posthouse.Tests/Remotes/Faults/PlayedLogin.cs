using System.Buffers;
using Posthouse.Sandbox;
using Posthouse.Sandbox.Logins;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>The challenges of a sandbox's login, for the mechanisms whose challenges cannot stand in a script.</summary>
sealed class PlayedLogin
{
    // Its salted password takes milliseconds.
    static readonly SandboxAccounts Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddService("relay", "mule");

    LoginExchange? _exchange;

    /// <summary>The challenge to the client's last line, in base64.</summary>
    public string Challenge { get; private set; } = "";

    /// <summary>Takes a line; one that begins a login begins one here.</summary>
    public void Hear(string line)
    {
        var words = line.Split(' ');
        var at = Array.IndexOf(words, "AUTH") is >= 0 and var auth ? auth : Array.IndexOf(words, "AUTHENTICATE");
        if (at >= 0)
        {
            _exchange = LoginExchange.Create(words[at + 1], new SandboxOptions { Protocol = SandboxProtocol.Smtp, Accounts = Accounts });
            Step(words.Length > at + 2 ? words[at + 2] : null);
        }
        else if (_exchange is not null && words.Length == 1)
        {
            Step(line);
        }
    }

    void Step(string? response)
    {
        var challenge = new ArrayBufferWriter<byte>();
        var octets = response is null or "=" or "*" ? [] : Convert.FromBase64String(response);
        _exchange?.Step(octets, response is not null, challenge);
        Challenge = Convert.ToBase64String(challenge.WrittenSpan);
    }
}
