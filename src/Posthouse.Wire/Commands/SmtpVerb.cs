namespace Posthouse.Wire.Commands;

/// <summary>The verbs that a server knows by name (RFC 5321, 2033, 3030, 3207, 4954).</summary>
public enum SmtpVerb
{
    /// <summary>None of those below, or no well-formed line.</summary>
    Unknown,

    /// <summary>HELO (RFC 5321 section 4.1.1.1).</summary>
    Helo,

    /// <summary>EHLO (RFC 5321 section 4.1.1.1).</summary>
    Ehlo,

    /// <summary>LHLO (RFC 2033 section 4.1).</summary>
    Lhlo,

    /// <summary>MAIL FROM (RFC 5321 section 4.1.1.2).</summary>
    Mail,

    /// <summary>RCPT TO (RFC 5321 section 4.1.1.3).</summary>
    Rcpt,

    /// <summary>DATA (RFC 5321 section 4.1.1.4).</summary>
    Data,

    /// <summary>BDAT (RFC 3030 section 2).</summary>
    Bdat,

    /// <summary>RSET (RFC 5321 section 4.1.1.5).</summary>
    Rset,

    /// <summary>NOOP (RFC 5321 section 4.1.1.9).</summary>
    Noop,

    /// <summary>QUIT (RFC 5321 section 4.1.1.10).</summary>
    Quit,

    /// <summary>VRFY (RFC 5321 section 4.1.1.6).</summary>
    Vrfy,

    /// <summary>EXPN (RFC 5321 section 4.1.1.7).</summary>
    Expn,

    /// <summary>HELP (RFC 5321 section 4.1.1.8).</summary>
    Help,

    /// <summary>AUTH (RFC 4954 section 4).</summary>
    Auth,

    /// <summary>STARTTLS (RFC 3207 section 4).</summary>
    StartTls,
}
