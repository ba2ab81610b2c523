using System.Security.Cryptography;

namespace Posthouse.Sandbox.Imap;

/// <summary>One command; <see cref="Fault"/> says what is wrong with it, if anything.</summary>
sealed class ImapCommand : IDisposable
{
    /// <summary>Empty where the line had none.</summary>
    public string Tag { get; set; } = "";

    /// <summary>In upper case.</summary>
    public string Verb { get; set; } = "";

    public List<ImapToken> Arguments { get; } = [];

    /// <summary>For the journal: the first line, without what may be a secret.</summary>
    public string Shown { get; set; } = "";

    public string? Fault { get; set; }

    /// <summary>Octets are on their way that cannot be told from commands.</summary>
    public bool IsLost { get; set; }

    /// <summary>Wipes the arguments.</summary>
    public void Dispose()
    {
        foreach (var argument in Arguments)
            CryptographicOperations.ZeroMemory(argument.Octets);
    }
}
