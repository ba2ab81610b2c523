namespace Posthouse.Sandbox;

/// <summary>Whoever a server was told that a client speaks for, in the words in which it was told; null = not told, or not known.</summary>
public sealed record SandboxClient
{
    public string? Address { get; init; }

    public string? Port { get; init; }

    /// <summary>Where that one is connected to.</summary>
    public string? LocalAddress { get; init; }

    public string? LocalPort { get; init; }

    /// <summary>What it said in HELO or EHLO.</summary>
    public string? Helo { get; init; }

    /// <summary>SMTP or ESMTP.</summary>
    public string? Protocol { get; init; }

    public string? Login { get; init; }

    public string? Name { get; init; }
}
