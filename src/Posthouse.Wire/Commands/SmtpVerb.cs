namespace Posthouse.Wire.Commands;

/// <summary>The verbs that a server knows by name (RFC 5321, 2033, 3030, 3207, 4954).</summary>
public enum SmtpVerb
{
#pragma warning disable CS1591 // the verb's name is its documentation
    Unknown,
    Helo,
    Ehlo,
    Lhlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Expn,
    Help,
    Auth,
    StartTls,
#pragma warning restore CS1591
}
