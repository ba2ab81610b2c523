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
    int _messages;

    /// <summary>Counts a command.</summary>
    /// <param name="verb">What it was.</param>
    /// <param name="reply">How it was answered.</param>
    /// <param name="messages">Messages taken in the session so far.</param>
    public bool IsOver(SmtpVerb verb, Reply? reply, int messages)
    {
        if (messages != _messages)
        {
            _messages = messages;
            _junk = 0;
        }

        if (reply is { Code: 500 or 501 or 502 or 504 or 555 })
            _bad++;
        else if (reply is { Code: 503 } || verb is SmtpVerb.Noop or SmtpVerb.Rset or SmtpVerb.Vrfy or SmtpVerb.Expn or SmtpVerb.Help
            or SmtpVerb.Helo or SmtpVerb.Ehlo or SmtpVerb.Lhlo)
            _junk++;
        return _bad >= MostBad || _junk > MostJunk;
    }
}
