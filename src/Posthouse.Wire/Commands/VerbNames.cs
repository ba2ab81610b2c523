using System.Text;

namespace Posthouse.Wire.Commands;

/// <summary>Each verb and its spelling on the wire: one table for the reader and the writer.</summary>
internal static class VerbNames
{
    static readonly (SmtpVerb Verb, byte[] Name)[] Table =
    [
        (SmtpVerb.Rcpt, "RCPT"u8.ToArray()),
        (SmtpVerb.Mail, "MAIL"u8.ToArray()),
        (SmtpVerb.Data, "DATA"u8.ToArray()),
        (SmtpVerb.Bdat, "BDAT"u8.ToArray()),
        (SmtpVerb.Rset, "RSET"u8.ToArray()),
        (SmtpVerb.Quit, "QUIT"u8.ToArray()),
        (SmtpVerb.Ehlo, "EHLO"u8.ToArray()),
        (SmtpVerb.Lhlo, "LHLO"u8.ToArray()),
        (SmtpVerb.Helo, "HELO"u8.ToArray()),
        (SmtpVerb.Auth, "AUTH"u8.ToArray()),
        (SmtpVerb.StartTls, "STARTTLS"u8.ToArray()),
        (SmtpVerb.Noop, "NOOP"u8.ToArray()),
        (SmtpVerb.Vrfy, "VRFY"u8.ToArray()),
        (SmtpVerb.Expn, "EXPN"u8.ToArray()),
        (SmtpVerb.Help, "HELP"u8.ToArray()),
    ];

    /// <summary>The verb of a word, compared without case by ASCII alone: no culture and no look-alike makes one.</summary>
    public static SmtpVerb Find(ReadOnlySpan<byte> word)
    {
        foreach (var (verb, name) in Table)
        {
            if (Ascii.EqualsIgnoreCase(word, name))
                return verb;
        }

        return SmtpVerb.Unknown;
    }

    /// <summary>The word of a verb.</summary>
    public static ReadOnlySpan<byte> Of(SmtpVerb verb)
    {
        foreach (var (known, name) in Table)
        {
            if (known == verb)
                return name;
        }

        throw new ArgumentOutOfRangeException(nameof(verb), verb, "a verb without a name cannot be sent");
    }
}
