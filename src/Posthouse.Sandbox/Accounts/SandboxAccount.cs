using System.Security.Cryptography;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox;

/// <summary>One name of <see cref="SandboxAccounts"/>: a user, a service or a list. Changed only under the accounts' lock.</summary>
sealed class SandboxAccount(string name, bool isMailbox)
{
    public const int Iterations = 4096;

    byte[]? _saltedPassword;

    public string Name => name;

    /// <summary>Whether mail goes to it: users and lists, not services.</summary>
    public bool IsMailbox => isMailbox;

    /// <summary>Null for a list.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>The bearer token that logs in as it; null where none does.</summary>
    public byte[]? Token { get; init; }

    /// <summary>Null for a user or a service.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The reply to RCPT, where it is not 250.</summary>
    public Reply? Refusal { get; set; }

    /// <summary>The reply after the message, where it is not 250.</summary>
    public Reply? AfterData { get; set; }

    public Queue<SandboxMessage> Messages { get; init; } = [];

    public byte[] Salt { get; } = RandomNumberGenerator.GetBytes(16);

    /// <summary>For SCRAM; made once, as it costs about a millisecond.</summary>
    public byte[] SaltedPassword => _saltedPassword ??=
        Rfc2898DeriveBytes.Pbkdf2(Secret ?? [], Salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    public SandboxAccount WithSecret(byte[] secret) => Secret is null
        ? throw new InvalidOperationException($"{name} is a list, which does not log in.")
        : new(name, isMailbox) { Secret = secret, Token = Token, Refusal = Refusal, AfterData = AfterData, Messages = Messages };

    public SandboxAccount WithToken(byte[]? token) => Secret is null
        ? throw new InvalidOperationException($"{name} is a list, which does not log in.")
        : new(name, isMailbox) { Secret = Secret, Token = token, Refusal = Refusal, AfterData = AfterData, Messages = Messages };
}
