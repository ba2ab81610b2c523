using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>The replies that say nothing of the case at hand.</summary>
static class SmtpReplies
{
    public static readonly Reply Ok = new(250, new(2, 0, 0), "OK");
    public static readonly Reply Bye = new(221, new(2, 0, 0), "Bye");
    public static readonly Reply StartInput = new(354, null, "End data with <CR><LF>.<CR><LF>");
    public static readonly Reply SenderOk = new(250, new(2, 1, 0), "Sender OK");
    public static readonly Reply RecipientOk = new(250, new(2, 1, 5), "Recipient OK");
    public static readonly Reply UnknownUser = new(550, new(5, 1, 1), "User unknown");
    public static readonly Reply UnknownList = new(550, new(5, 1, 1), "List unknown");
    public static readonly Reply Taken = new(250, new(2, 0, 0), "Message taken");
    public static readonly Reply TooBig = new(552, new(5, 3, 4), "Message too big");
    public static readonly Reply BareControl = new(550, new(5, 5, 2), "Bare CR or LF in the message");
    public static readonly Reply Help = new(214, new(2, 0, 0), "See RFC 5321");
    public static readonly Reply ReadyForTls = new(220, new(2, 0, 0), "Ready to start TLS");
    public static readonly Reply NoTlsNow = new(454, new(4, 7, 0), "TLS not available for now");
    public static readonly Reply NotALine = new(500, new(5, 5, 2), "Line too long, or not ended by CRLF");
    public static readonly Reply Unknown = new(500, new(5, 5, 1), "Command not known");
    public static readonly Reply NoArgument = new(501, new(5, 5, 4), "No argument expected");
    public static readonly Reply BadArgument = new(501, new(5, 5, 4), "Argument missing or malformed");
    public static readonly Reply NotImplemented = new(502, new(5, 5, 1), "Command not offered");
    public static readonly Reply OutOfOrder = new(503, new(5, 5, 1), "Command out of order");
    public static readonly Reply LoginFirst = new(530, new(5, 7, 0), "Authentication required");
    public static readonly Reply LoggedIn = new(235, new(2, 7, 0), "Authentication succeeded");
    public static readonly Reply LoginRefused = new(535, new(5, 7, 8), "Authentication failed");
    public static readonly Reply LoginMalformed = new(501, new(5, 5, 2), "Not a message of this mechanism");
    public static readonly Reply LoginCancelled = new(501, new(5, 7, 0), "Authentication cancelled");
    public static readonly Reply NoMechanism = new(504, new(5, 5, 4), "Mechanism not offered");
}
