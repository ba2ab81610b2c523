using Posthouse.Sandbox.Connections;

namespace Posthouse.Sandbox.Smtp;

/// <summary>What EHLO and LHLO offer.</summary>
static class SmtpKeywords
{
    public static IEnumerable<string> For(SandboxHost host, bool isTls)
    {
        var options = host.Options;
        if (options.Pipelining)
            yield return "PIPELINING";
        yield return "8BITMIME";
        yield return "SMTPUTF8";
        yield return "ENHANCEDSTATUSCODES";
        if (options.Chunking)
            yield return "CHUNKING";
        yield return "DSN";
        yield return $"SIZE {options.MaxMessageSize}";
        if (options.Tls == SandboxTls.StartTls && !isTls && !host.Faults.HideStartTls)
            yield return "STARTTLS";
        if (options.OfferAuth && !host.Faults.StripAuth)
            yield return $"AUTH {string.Join(' ', options.Mechanisms)}";
        if (options.XClient.Count > 0)
            yield return $"XCLIENT {string.Join(' ', options.XClient)}";
        yield return "VRFY";
        yield return "EXPN";
        foreach (var keyword in options.Keywords)
            yield return keyword;
    }
}
