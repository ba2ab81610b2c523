using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>Counts what no honest client does often. A message that was taken pays for the harmless verbs before it.</summary>
sealed class SessionPatience
{
    /// <summary>Commands unknown or malformed in a whole session; the last one still gets its own reply.</summary>
    const int MostBad = 20;

    /// <summary>Verbs that lead nowhere, and verbs out of sequence, between two messages.</summary>
    const int MostJunk = 100;

    int _bad;
    int _junk;

    public bool IsOver(SmtpVerb verb, Reply? reply)
    {
        if (reply is { Code: 500 or 501 or 502 or 504 or 555 })
            _bad++;
        else if (reply is { Code: 503 } || verb is SmtpVerb.Noop or SmtpVerb.Rset or SmtpVerb.Vrfy or SmtpVerb.Expn or SmtpVerb.Help
            or SmtpVerb.Helo or SmtpVerb.Ehlo or SmtpVerb.Lhlo)
            _junk++;
        else if (verb is SmtpVerb.Data or SmtpVerb.Bdat && reply is { IsPositive: true })
            _junk = 0;
        return _bad >= MostBad || _junk > MostJunk;
    }
}
