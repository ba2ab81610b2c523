using System.Globalization;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Remotes.Probing;

/// <summary>What an attempt knows, by the step that brought it. What a host says is bounded.</summary>
static class StepFacts
{
    const int MostKeywords = 100;
    const int LongestText = 200;

    public static IReadOnlyList<ProbeFact> Of(Attempt attempt, ConnectStep step) => step switch
    {
        ConnectStep.Resolve => [.. attempt.Addresses.Select(address => new ProbeFact("address", address.ToString()))],
        ConnectStep.Connect when attempt.Peer is { } peer =>
            [new ProbeFact("peer", string.Create(CultureInfo.InvariantCulture, $"{peer} port {attempt.Port}"))],
        ConnectStep.Tls => [.. OfTls(attempt)],
        ConnectStep.Greeting when attempt.Greeting.Length > 0 => [new ProbeFact("greeting", Cut(attempt.Greeting))],
        ConnectStep.Hello => [.. attempt.Keywords.Take(MostKeywords).Select(keyword => new ProbeFact("keyword", Cut(keyword)))],
        ConnectStep.Login when attempt.Mechanism.Length > 0 =>
            [new ProbeFact("user", attempt.Host.Auth!.UserName), new ProbeFact("mechanism", attempt.Mechanism)],
        _ => [],
    };

    static IEnumerable<ProbeFact> OfTls(Attempt attempt)
    {
        yield return new ProbeFact("server-name", attempt.ServerName);
        if (attempt.Cipher.Length > 0)
            yield return new ProbeFact("cipher", attempt.Cipher);
        if (attempt.Certificate is not { } certificate)
            yield break;
        foreach (var subject in certificate.Subjects)
            yield return new ProbeFact("subject", subject);
        foreach (var name in certificate.Names)
            yield return new ProbeFact("name", name);
        yield return new ProbeFact("expires", CertificateText.Date(certificate.NotAfter.UtcDateTime));
        yield return new ProbeFact("pin", $"sha256//{certificate.Pin}");
        foreach (var fault in certificate.Faults)
            yield return new ProbeFact("fault", fault);
    }

    static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";
}
