using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Wire;

public class CommandTests
{
    const EnvelopeExtensions All = EnvelopeExtensions.Size | EnvelopeExtensions.EightBitMime | EnvelopeExtensions.BinaryMime
        | EnvelopeExtensions.SmtpUtf8 | EnvelopeExtensions.Dsn | EnvelopeExtensions.Auth;

    [Theory]
    [InlineData("NOOP", SmtpVerb.Noop, "")]
    [InlineData("nOoP", SmtpVerb.Noop, "")]
    [InlineData("NOOP \t", SmtpVerb.Noop, "")]
    [InlineData("noop  x ", SmtpVerb.Noop, " x")]
    [InlineData("MAIL FROM:<> BODY=7BIT", SmtpVerb.Mail, "FROM:<> BODY=7BIT")]
    [InlineData("rcpt TO:<\u00ff>", SmtpVerb.Rcpt, "TO:<\u00ff>")]
    [InlineData("StartTLS", SmtpVerb.StartTls, "")]
    [InlineData("HELO", SmtpVerb.Helo, "")]
    [InlineData("EHLO x", SmtpVerb.Ehlo, "x")]
    [InlineData("LHLO x", SmtpVerb.Lhlo, "x")]
    [InlineData("DATA", SmtpVerb.Data, "")]
    [InlineData("BDAT 1 LAST", SmtpVerb.Bdat, "1 LAST")]
    [InlineData("RSET", SmtpVerb.Rset, "")]
    [InlineData("QUIT", SmtpVerb.Quit, "")]
    [InlineData("VRFY a", SmtpVerb.Vrfy, "a")]
    [InlineData("EXPN a", SmtpVerb.Expn, "a")]
    [InlineData("HELP", SmtpVerb.Help, "")]
    [InlineData("AUTH PLAIN =", SmtpVerb.Auth, "PLAIN =")]
    [InlineData("XXXX y", SmtpVerb.Unknown, "y")]
    [InlineData("", SmtpVerb.Unknown, "")]
    [InlineData("  NOOP", SmtpVerb.Unknown, " NOOP")]
    [InlineData("NOOPx", SmtpVerb.Unknown, "")]
    [InlineData("NOO", SmtpVerb.Unknown, "")]
    [InlineData("NO\0OP", SmtpVerb.Unknown, "")]
    [InlineData("MAIL FROM:<a\0b@x>", SmtpVerb.Unknown, "")]
    [InlineData("EHLO a\tb", SmtpVerb.Unknown, "")]
    [InlineData("EHLO a\u001b[2Jb", SmtpVerb.Unknown, "")]
    [InlineData("EHLO a\u007f", SmtpVerb.Unknown, "")]
    [InlineData("NOOP\rRSET", SmtpVerb.Unknown, "")]
    [InlineData("\u00ef\u00bb\u00bfEHLO x", SmtpVerb.Unknown, "x")] // byte order mark
    [InlineData("\u00e2\u0080\u008dEHLO x", SmtpVerb.Unknown, "x")] // zero-width joiner
    [InlineData("\u00ef\u00bc\u00a5\u00ef\u00bc\u00a8\u00ef\u00bc\u00ac\u00ef\u00bc\u00af x", SmtpVerb.Unknown, "x")] // full width
    [InlineData("\u0080\u0081\u00ff", SmtpVerb.Unknown, "")]
    public void A_line_is_cut_into_verb_and_argument(string line, SmtpVerb verb, string argument)
    {
        var command = CommandLine.Parse(Cuts.Octets(line));
        Assert.Equal(verb, command.Verb);
        Assert.Equal(argument, Cuts.Text(command.Argument));
    }

    [Theory]
    [InlineData("0", 0, false)]
    [InlineData("86 last", 86, true)]
    [InlineData("0 LAST", 0, true)]
    [InlineData("9223372036854775807", long.MaxValue, false)]
    public void A_BDAT_is_read(string argument, long length, bool isLast)
    {
        Assert.True(BdatCommand.TryParse(Cuts.Octets(argument), out var command));
        Assert.Equal(new BdatCommand(length, isLast), command);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1 FIRST")]
    [InlineData("1 2 LAST")]
    [InlineData("1  LAST")]
    [InlineData("1 ")]
    [InlineData("LAST")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    [InlineData("000000000000000000001")]
    public void A_BDAT_that_loses_its_place_is_refused(string argument) =>
        Assert.False(BdatCommand.TryParse(Cuts.Octets(argument), out _));

    [Theory]
    [InlineData("FROM:<>", "")]
    [InlineData("from:<A@B>", "A@b")]
    [InlineData("FROM:<@r1,@r2:u@d>", "u@d")]
    [InlineData("FROM:<\"a b\"@x> SIZE=10", "\"a b\"@x 10")]
    [InlineData("FROM:<> SIZE=9223372036854775807", " 9223372036854775807")]
    [InlineData("FROM:<> body=8bitmime", " EightBit")]
    [InlineData("FROM:<> BODY=7BIT", "")]
    [InlineData("FROM:<> BODY=BINARYMIME", " Binary")]
    [InlineData("FROM:<> RET=hdrs ENVID=a+2Bb+20", " Headers 'a+b '")]
    [InlineData("FROM:<> RET=FULL", " Full")]
    [InlineData("FROM:<> AUTH=<>", "")]
    [InlineData("FROM:<> AUTH=e+3Dmc2@example.com", "")]
    [InlineData("FROM:<\u00c3\u00bc@x> SMTPUTF8", "ü@x utf8")]
    [InlineData("FROM:<a@x> SMTPUTF8", "a@x utf8")]
    public void A_MAIL_is_read(string argument, string expected)
    {
        Assert.True(MailCommand.TryParse(Cuts.Octets(argument), All, out var command, out _));
        var shown = command.ReversePath?.ToString() ?? "";
        shown += command.Size is { } size ? $" {size}" : "";
        shown += command.SmtpUtf8 ? " utf8" : "";
        shown += command.Body != BodyKind.SevenBit ? $" {command.Body}" : "";
        shown += command.Return != DsnReturn.Unspecified ? $" {command.Return}" : "";
        shown += command.EnvelopeId is { } id ? $" '{id}'" : "";
        Assert.Equal(expected, shown);
    }

    [Theory]
    [InlineData("", "501 5.5.4")]
    [InlineData("FROM", "501 5.5.4")]
    [InlineData("FROM:", "501 5.5.4")]
    [InlineData("TO:<a@b>", "501 5.5.4")]
    [InlineData("FROM: BODY=7BIT", "501 5.5.4")]
    [InlineData("FROM:a@b", "501 5.5.4")]
    [InlineData("FROM: <a@b>", "501 5.5.4")]
    [InlineData(" FROM:<a@b>", "501 5.5.4")]
    [InlineData("FROM:<a@b", "501 5.1.7")]
    [InlineData("FROM:<<a@b>>", "501 5.1.7")]
    [InlineData("FROM:<a@b>>", "501 5.1.7")]
    [InlineData("FROM:<a@b><c@d>", "501 5.1.7")]
    [InlineData("FROM:<a@b>x", "501 5.1.7")]
    [InlineData("FROM:<Postmaster>", "501 5.1.7")]
    [InlineData("FROM:<a\u00c3@x> SMTPUTF8", "501 5.1.7")]
    [InlineData("FROM:<\u00c3\u00bc@x>", "553 5.6.7")]
    [InlineData("FROM:<a@x> SMTPUTF8=1", "501 5.5.4")]
    [InlineData("FROM:<> SIZE", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=abc", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=-1", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=+5", "501 5.5.4")]
    [InlineData("FROM:<> SIZE= 5", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=\u00d9\u00a3", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=99999999999999999999", "552 5.3.4")]
    [InlineData("FROM:<> SIZE=999999999999999999999", "501 5.5.4")]
    [InlineData("FROM:<> SIZE=1 SIZE=2", "501 5.5.4")]
    [InlineData("FROM:<> BODY=7BIT BODY=7BIT", "501 5.5.4")]
    [InlineData("FROM:<> FOO", "555 5.5.4")]
    [InlineData("FROM:<> FOO=bar", "555 5.5.4")]
    [InlineData("FROM:<> REQUIRETLS", "555 5.5.4")]
    [InlineData("FROM:<> NOTIFY=NEVER", "555 5.5.4")]
    [InlineData("FROM:<> F\u00c3=x", "501 5.5.4")]
    [InlineData("FROM:<> -X", "501 5.5.4")]
    [InlineData("FROM:<> =x", "501 5.5.4")]
    [InlineData("FROM:<>  SIZE=1", "501 5.5.4")]
    [InlineData("FROM:<> ", "501 5.5.4")]
    [InlineData("FROM:<> BODY", "501 5.5.4")]
    [InlineData("FROM:<> BODY=", "501 5.5.4")]
    [InlineData("FROM:<> BODY=RABBIT", "501 5.5.4")]
    [InlineData("FROM:<> RET=X", "501 5.5.4")]
    [InlineData("FROM:<> RET", "501 5.5.4")]
    [InlineData("FROM:<> ENVID", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=+0", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=+zz", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=a=b", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=+0D+0A", "501 5.5.4")]
    [InlineData("FROM:<> ENVID=+00", "501 5.5.4")]
    [InlineData("FROM:<> AUTH", "501 5.5.4")]
    [InlineData("FROM:<> AUTH=<hey+A>", "501 5.5.4")]
    [InlineData("FROM:<> AUTH=x+0Ay", "501 5.5.4")]
    public void A_MAIL_that_is_none_is_refused(string argument, string codes) => Assert.Equal(codes, RefusalOfMail(argument, All));

    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "501 5.5.4")]
    public void An_ENVID_holds_100_characters(int length, string codes) =>
        Assert.Equal(codes, RefusalOfMail("FROM:<> ENVID=" + string.Concat(Enumerable.Repeat("+2B", length)), All));

    [Theory]
    [InlineData("SIZE=1", EnvelopeExtensions.Size)]
    [InlineData("BODY=8BITMIME", EnvelopeExtensions.EightBitMime)]
    [InlineData("BODY=BINARYMIME", EnvelopeExtensions.BinaryMime)]
    [InlineData("SMTPUTF8", EnvelopeExtensions.SmtpUtf8)]
    [InlineData("RET=FULL", EnvelopeExtensions.Dsn)]
    [InlineData("ENVID=x", EnvelopeExtensions.Dsn)]
    [InlineData("AUTH=<>", EnvelopeExtensions.Auth)]
    [InlineData("REQUIRETLS", EnvelopeExtensions.RequireTls)]
    public void A_parameter_needs_its_extension(string parameter, EnvelopeExtensions extension)
    {
        Assert.Equal("", RefusalOfMail("FROM:<> " + parameter, extension));
        Assert.Equal("555 5.5.4", RefusalOfMail("FROM:<> " + parameter, All & ~extension));
        Assert.Equal("555 5.5.4", RefusalOfMail("FROM:<> " + parameter, EnvelopeExtensions.None));
    }

    [Theory]
    [InlineData("TO:<a@b>", "a@b")]
    [InlineData("to:<Postmaster>", "Postmaster")]
    [InlineData("TO:<postMASTER>", "Postmaster")]
    [InlineData("TO:<postmaster@X>", "postmaster@x")]
    [InlineData("TO:<\"a@b\"@c>", "\"a@b\"@c")]
    [InlineData("TO:<a%b@c>", "a%b@c")]
    [InlineData("TO:<c!a@b>", "c!a@b")]
    [InlineData("TO:<a@b> NOTIFY=NEVER", "a@b Never")]
    [InlineData("TO:<a@b> NOTIFY=success,Delay,FAILURE", "a@b Success, Failure, Delay")]
    [InlineData("TO:<a@b> ORCPT=rfc822;x+2By@z", "a@b rfc822;x+y@z")]
    [InlineData("TO:<a@b> NOTIFY=DELAY ORCPT=X-400;+20", "a@b Delay X-400; ")]
    [InlineData("TO:<\u00c3\u00bc@x> ORCPT=utf-8;\u00c3\u00bc\\x{2B}@x", "ü@x utf-8;ü+@x")]
    public void A_RCPT_is_read(string argument, string expected)
    {
        Assert.True(RcptCommand.TryParse(Cuts.Octets(argument), All, smtpUtf8: true, out var command, out _));
        var shown = command.Mailbox.ToString();
        shown += command.Notify != DsnNotify.Unspecified ? $" {command.Notify}" : "";
        shown += command.OriginalRecipient is { } original ? $" {original}" : "";
        Assert.Equal(expected, shown);
    }

    [Theory]
    [InlineData("", "501 5.5.4")]
    [InlineData("TO:", "501 5.5.4")]
    [InlineData("TO: <a@b>", "501 5.5.4")]
    [InlineData("TO:a@b", "501 5.5.4")]
    [InlineData("FROM:<a@b>", "501 5.5.4")]
    [InlineData("TO:<>", "501 5.1.3")]
    [InlineData("TO:<user>", "501 5.1.3")]
    [InlineData("TO:<Postmaster", "501 5.1.3")]
    [InlineData("TO:<Postmaster>x", "501 5.1.3")]
    [InlineData("TO:<a@b@c>", "501 5.1.3")]
    [InlineData("TO:<a@b>x", "501 5.1.3")]
    [InlineData("TO:<\u00c3\u00bc@x>", "553 5.6.7")]
    [InlineData("TO:<a@b> FOO=1", "555 5.5.4")]
    [InlineData("TO:<a@b> SIZE=1", "555 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY", "501 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY=", "501 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY=FOO", "501 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY=NEVER,SUCCESS", "501 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY=SUCCESS,", "501 5.5.4")]
    [InlineData("TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=rfc822;x ORCPT=rfc822;x", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=x", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=;x", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=rfc822;", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=a(b);x", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=rfc822;a+0D+0ARCPT", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=rfc822;\u00c3\u00bc", "501 5.5.4")]
    [InlineData("TO:<a@b> ORCPT=utf-8;a", "501 5.5.4")]
    public void A_RCPT_that_is_none_is_refused(string argument, string codes) => Assert.Equal(codes, RefusalOfRcpt(argument, All));

    [Theory]
    [InlineData(493, "")]
    [InlineData(494, "501 5.5.4")]
    public void An_ORCPT_holds_500_octets(int length, string codes) =>
        Assert.Equal(codes, RefusalOfRcpt("TO:<a@b> ORCPT=rfc822;" + new string('x', length), All));

    [Theory]
    [InlineData("NOTIFY=NEVER")]
    [InlineData("ORCPT=rfc822;x")]
    public void A_recipients_parameter_needs_DSN(string parameter) =>
        Assert.Equal("555 5.5.4", RefusalOfRcpt("TO:<a@b> " + parameter, All & ~EnvelopeExtensions.Dsn));

    static string RefusalOfMail(string argument, EnvelopeExtensions extensions) =>
        MailCommand.TryParse(Cuts.Octets(argument), extensions, out _, out var refusal) ? "" : $"{refusal.Code} {refusal.Enhanced}";

    static string RefusalOfRcpt(string argument, EnvelopeExtensions extensions) =>
        RcptCommand.TryParse(Cuts.Octets(argument), extensions, smtpUtf8: false, out _, out var refusal) ? "" : $"{refusal.Code} {refusal.Enhanced}";
}
