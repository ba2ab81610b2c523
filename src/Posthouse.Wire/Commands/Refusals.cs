using Posthouse.Wire.Replies;

namespace Posthouse.Wire.Commands;

/// <summary>What a MAIL or RCPT that cannot be understood is answered with.</summary>
internal static class Refusals
{
    public static readonly Reply MailSyntax = new(501, new(5, 5, 4), "Syntax: MAIL FROM:<address> [parameters]");
    public static readonly Reply RcptSyntax = new(501, new(5, 5, 4), "Syntax: RCPT TO:<address> [parameters]");
    public static readonly Reply BadSender = new(501, new(5, 1, 7), "Bad sender address syntax");
    public static readonly Reply BadRecipient = new(501, new(5, 1, 3), "Bad recipient address syntax");
    public static readonly Reply NeedsSmtpUtf8 = new(553, new(5, 6, 7), "A non-ASCII address needs SMTPUTF8");
    public static readonly Reply BadParameter = new(501, new(5, 5, 4), "Bad parameter or value");
    public static readonly Reply TwiceGiven = new(501, new(5, 5, 4), "Parameter given twice");
    public static readonly Reply UnknownParameter = new(555, new(5, 5, 4), "Parameter not supported");
    public static readonly Reply TooBig = new(552, new(5, 3, 4), "Message size exceeds the limit");
}
