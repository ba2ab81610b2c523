using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>
/// A conversation in which nothing goes wrong, with a <c>DECIDED</c> where the host has said what each part of the answer needs.
/// </summary>
sealed record Dialogue(string Name, string[] Script, string Ask, string Gets)
{
    public RemoteProtocol Protocol { get; init; } = RemoteProtocol.Smtp;

    public Func<RemoteHostOptions, RemoteHostOptions>? Define { get; init; }

    public (int Yes, int No) Keeps { get; init; }

    /// <summary>Every so many octets it is tried in two pieces: a SCRAM login costs thousands of hashes each time.</summary>
    public int Stride { get; init; } = 1;

    public bool IsRelay => Ask.StartsWith("relay", StringComparison.Ordinal);
}
