using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Model;

/// <summary>A whole configuration, compiled and immutable. A session takes one and keeps it for its life.</summary>
public sealed record GatewayModel
{
    public required ServerModel Server { get; init; }
    public required IReadOnlyList<ListenerModel> Listeners { get; init; }
    public required SessionModel Session { get; init; }
    public required QueueModel Queue { get; init; }
    public required IReadOnlyList<RemoteHostOptions> Remotes { get; init; }
    public required IReadOnlyDictionary<string, AddressList> Lists { get; init; }
    public IReadOnlyList<CertificateModel> Certificates { get; init; } = [];
    public ResolverModel Resolver { get; init; } = ResolverModel.System;
    public TracingModel Tracing { get; init; } = new();
    public ManagementModel Management { get; init; } = new(LookupLadder.None);

    /// <summary>What it was read from, to be compared with the next.</summary>
    internal WrittenThings Written { get; init; } = WrittenThings.Nothing;
}

/// <summary><c>[server]</c>.</summary>
/// <param name="HostName">What it calls itself.</param>
/// <param name="Greeting">What it greets with.</param>
/// <param name="Watch">A changed file is a reload.</param>
public sealed record ServerModel(string HostName, Setting<string> Greeting, bool Watch = false);

/// <summary><c>[management]</c>: who may use the HTTP API. No lookup = loopback only, and read-only.</summary>
public sealed record ManagementModel(LookupLadder Lookup);

/// <summary><c>[global.tracing]</c>.</summary>
public sealed record TracingModel
{
    public TracingMethod Method { get; init; } = TracingMethod.Stdout;
    public string Level { get; init; } = "info";
    public string? Path { get; init; }
}

public enum TracingMethod
{
    Stdout,
    Log,
    OpenTelemetry,
}
