namespace Posthouse.Remotes.Dialling;

/// <summary>What a host's certificate says, and what is wrong with it.</summary>
sealed record PeerCertificate
{
    /// <summary>The subjects of the chain as far as it could be built, the host's own first.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>The names it is for.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The end of its life.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The pin of its key, in base64.</summary>
    public required string Pin { get; init; }

    /// <summary>What is wrong with it, each with the setting that governs it; empty = nothing.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
