using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Remotes.Probing;

/// <summary>What one connection to each endpoint of a host met.</summary>
/// <param name="Id">The host's name.</param>
/// <param name="Endpoints">One for each endpoint, in the definition's order.</param>
public sealed record ProbeReport(string Id, IReadOnlyList<EndpointProbe> Endpoints)
{
    /// <summary>Whether every endpoint is ready to be asked.</summary>
    public bool IsWell => Endpoints.All(endpoint => endpoint.IsWell);
}

/// <summary>What one connection met.</summary>
/// <param name="Endpoint">Where it went, as the definition says.</param>
/// <param name="Steps">The steps it took; the last one is the one that failed, if any did.</param>
/// <param name="CertificateExpiry">The end of the life of the certificate that the host showed, accepted or not; null = it showed none.</param>
public sealed record EndpointProbe(RemoteEndpoint Endpoint, IReadOnlyList<ProbeStep> Steps, DateTimeOffset? CertificateExpiry)
{
    /// <summary>Whether it is ready to be asked.</summary>
    public bool IsWell => Steps.All(step => step.Failure is null);
}

/// <summary>One step of a connection.</summary>
/// <param name="Step">Which.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Facts">What it brought, in an order fit for reading; a name may come more than once.</param>
/// <param name="Failure">Why it failed, with the setting that governs it; null = it did not.</param>
public sealed record ProbeStep(ConnectStep Step, TimeSpan Elapsed, IReadOnlyList<ProbeFact> Facts, string? Failure);

/// <summary>Something learnt of a host; printable, no secret.</summary>
/// <param name="Name">What it is, in one word.</param>
/// <param name="Value">Its text.</param>
public sealed record ProbeFact(string Name, string Value);
