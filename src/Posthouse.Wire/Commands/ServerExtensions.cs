using System.Text;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>What a host offers in its reply to EHLO or LHLO (RFC 5321 section 4.1.1.1); unknown keywords are passed over.</summary>
public sealed record ServerExtensions
{
    // More than are registered; a host that lists more is not listing mechanisms.
    const int MaxMechanisms = 64;

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool StartTls { get; init; }

    /// <summary>PIPELINING (RFC 2920).</summary>
    public bool Pipelining { get; init; }

    /// <summary>8BITMIME (RFC 6152).</summary>
    public bool EightBitMime { get; init; }

    /// <summary>SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>CHUNKING: BDAT in place of DATA (RFC 3030 section 2).</summary>
    public bool Chunking { get; init; }

    /// <summary>BINARYMIME (RFC 3030 section 3); of use with <see cref="Chunking"/> alone.</summary>
    public bool BinaryMime { get; init; }

    /// <summary>DSN (RFC 3461).</summary>
    public bool Dsn { get; init; }

    /// <summary>ENHANCEDSTATUSCODES (RFC 2034).</summary>
    public bool EnhancedStatusCodes { get; init; }

    /// <summary>XCLIENT (Postfix's XCLIENT_README).</summary>
    public bool Xclient { get; init; }

    /// <summary>REQUIRETLS (RFC 8689).</summary>
    public bool RequireTls { get; init; }

    /// <summary>VRFY (RFC 5321 section 3.5.2).</summary>
    public bool Vrfy { get; init; }

    /// <summary>EXPN (RFC 5321 section 3.5.2).</summary>
    public bool Expn { get; init; }

    /// <summary>SIZE (RFC 1870), with or without a limit.</summary>
    public bool SizeOffered { get; init; }

    /// <summary>SIZE limit in octets; 0 where none was named.</summary>
    public long SizeLimit { get; init; }

    /// <summary>AUTH mechanisms in upper case, in the host's order.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    /// <summary>What XCLIENT may tell; names that are not known here are passed over.</summary>
    public IReadOnlyList<XClientName> XclientNames { get; init; } = [];

    /// <summary>LIMITS RCPTMAX (RFC 9422), or null.</summary>
    public int? RcptMax { get; init; }

    /// <summary>LIMITS MAILMAX (RFC 9422), or null.</summary>
    public int? MailMax { get; init; }

    /// <summary>Reads the lines after the first of a 250 reply.</summary>
    public static ServerExtensions Parse(Reply hello)
    {
        ArgumentNullException.ThrowIfNull(hello);
        var extensions = new ServerExtensions();
        var mechanisms = new List<string>();
        for (var i = 1; i < hello.Lines.Count; i++)
            extensions = extensions.With(hello.Lines[i], mechanisms);
        return extensions with { AuthMechanisms = mechanisms };
    }

    // ehlo-line = ehlo-keyword *( SP ehlo-param )
    ServerExtensions With(string line, List<string> mechanisms)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !Ascii.IsValid(line))
            return this;
        var parameters = words.AsSpan(1);
        switch (words[0].ToUpperInvariant())
        {
            case "STARTTLS": return this with { StartTls = true };
            case "PIPELINING": return this with { Pipelining = true };
            case "8BITMIME": return this with { EightBitMime = true };
            case "SMTPUTF8": return this with { SmtpUtf8 = true };
            case "CHUNKING": return this with { Chunking = true };
            case "BINARYMIME": return this with { BinaryMime = true };
            case "DSN": return this with { Dsn = true };
            case "ENHANCEDSTATUSCODES": return this with { EnhancedStatusCodes = true };
            case "XCLIENT": return this with { Xclient = true, XclientNames = ReadXClientNames(parameters) };
            case "REQUIRETLS": return this with { RequireTls = true };
            case "VRFY": return this with { Vrfy = true };
            case "EXPN": return this with { Expn = true };
            case "SIZE":
                return this with { SizeOffered = true, SizeLimit = parameters is [var size] && TryReadNumber(size, 20, out var limit) ? limit : 0 };
            case "LIMITS":
                return WithLimits(parameters);
            case "AUTH":
                AddMechanisms(parameters, mechanisms);
                return this;
            // The spelling of drafts before RFC 2554, still sent by a few hosts beside the right one or instead of it.
            case ['A', 'U', 'T', 'H', '=', .. var first]:
                AddMechanisms([first], mechanisms);
                AddMechanisms(parameters, mechanisms);
                return this;
            default: return this;
        }
    }

    // RFC 9422 section 4: *( SP name "=" value ), values of 1 to 6 digits
    ServerExtensions WithLimits(ReadOnlySpan<string> parameters)
    {
        var extensions = this;
        foreach (var parameter in parameters)
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !TryReadNumber(parameter[(equals + 1)..], 6, out var limit) || limit == 0)
                continue;
            extensions = parameter[..equals].ToUpperInvariant() switch
            {
                "RCPTMAX" => extensions with { RcptMax = (int)limit },
                "MAILMAX" => extensions with { MailMax = (int)limit },
                _ => extensions,
            };
        }

        return extensions;
    }

    static List<XClientName> ReadXClientNames(ReadOnlySpan<string> keywords)
    {
        var names = new List<XClientName>();
        foreach (var keyword in keywords)
        {
            if (XClientField.TryParseName(keyword, out var name) && !names.Contains(name))
                names.Add(name);
        }

        return names;
    }

    static void AddMechanisms(ReadOnlySpan<string> names, List<string> mechanisms)
    {
        foreach (var name in names)
        {
            var mechanism = name.ToUpperInvariant();
            if (mechanisms.Count < MaxMechanisms && SaslMechanismName.IsValid(mechanism) && !mechanisms.Contains(mechanism))
                mechanisms.Add(mechanism);
        }
    }

    static bool TryReadNumber(string text, int most, out long number) => Digits.TryParse(Encoding.ASCII.GetBytes(text), most, out number);
}
