using Posthouse.Wire.Replies;

namespace Posthouse.Wire.Commands;

/// <summary>What a host offers in its reply to EHLO or LHLO (RFC 5321 section 4.1.1.1); unknown keywords are passed over.</summary>
public sealed record ServerExtensions
{
#pragma warning disable CS1591 // the keyword's name is its documentation
    public bool StartTls { get; init; }
    public bool Pipelining { get; init; }
    public bool EightBitMime { get; init; }
    public bool SmtpUtf8 { get; init; }
    public bool Chunking { get; init; }
    public bool BinaryMime { get; init; }
    public bool Dsn { get; init; }
    public bool EnhancedStatusCodes { get; init; }
    public bool Xclient { get; init; }
    public bool RequireTls { get; init; }
    public bool Vrfy { get; init; }
    public bool Expn { get; init; }
    public bool SizeOffered { get; init; }
#pragma warning restore CS1591

    /// <summary>SIZE limit in octets; 0 where none was named.</summary>
    public long SizeLimit { get; init; }

    /// <summary>AUTH mechanisms in upper case, in the host's order.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    /// <summary>LIMITS RCPTMAX (RFC 9422), or null.</summary>
    public int? RcptMax { get; init; }

    /// <summary>LIMITS MAILMAX (RFC 9422), or null.</summary>
    public int? MailMax { get; init; }

    /// <summary>Reads the lines after the first of a 250 reply.</summary>
    public static ServerExtensions Parse(Reply hello) => throw new NotImplementedException();
}
