using System.Buffers;
using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Smtp;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes;

/// <summary>The table of DIALECT.md section 3, row by row.</summary>
public class ReplyTables
{
    [Theory]
    [InlineData("250 2.1.5 ok", AnswerKind.Yes)]
    [InlineData("251 will forward", AnswerKind.Yes)]
    [InlineData("550 no such user", AnswerKind.No)]
    [InlineData("551 not here", AnswerKind.No)]
    [InlineData("553 bad name", AnswerKind.No)]
    [InlineData("550 5.1.0 address", AnswerKind.No)]
    [InlineData("550 5.1.1 unknown", AnswerKind.No)]
    [InlineData("551 5.1.2 unknown domain", AnswerKind.No)]
    [InlineData("553 5.1.3 syntax", AnswerKind.No)]
    [InlineData("550 5.1.6 moved", AnswerKind.No)]
    [InlineData("550 5.1.10 null mx", AnswerKind.No)]
    [InlineData("550 5.4.1 <x@y>: Recipient address rejected: Access denied", AnswerKind.No)]
    [InlineData("550 5.4.1 no answer from host", AnswerKind.Refused)]
    [InlineData("552 too much", AnswerKind.Full)]
    [InlineData("552 5.2.2 full", AnswerKind.Full)]
    [InlineData("550 5.2.2 full", AnswerKind.Full)]
    [InlineData("452 4.2.2 full", AnswerKind.Full)]
    [InlineData("550 5.7.1 relay denied", AnswerKind.Refused)]
    [InlineData("550 5.1.8 bad sender", AnswerKind.Refused)]
    [InlineData("550 5.2.1 disabled", AnswerKind.Refused)]
    [InlineData("554 policy", AnswerKind.Refused)]
    [InlineData("571 blocked", AnswerKind.Refused)]
    [InlineData("500 what", AnswerKind.Unavailable)]
    [InlineData("502 not offered", AnswerKind.Unavailable)]
    [InlineData("503 sequence", AnswerKind.Unavailable)]
    [InlineData("504 parameter", AnswerKind.Unavailable)]
    [InlineData("521 no mail here", AnswerKind.Unavailable)]
    [InlineData("530 5.7.0 log in first", AnswerKind.Unavailable)]
    [InlineData("555 parameter", AnswerKind.Unavailable)]
    [InlineData("556 no mail", AnswerKind.Unavailable)]
    [InlineData("252 perhaps", AnswerKind.Unavailable)]
    [InlineData("354 go on", AnswerKind.Unavailable)]
    [InlineData("421 4.2.2 closing", AnswerKind.Unavailable)]
    [InlineData("450 4.2.0 greylisted", AnswerKind.Unavailable)]
    [InlineData("451 4.3.0 later", AnswerKind.Unavailable)]
    [InlineData("452 4.5.3 too many", AnswerKind.Unavailable)]
    public void A_reply_to_RCPT(string line, AnswerKind expected) => Assert.Equal(expected, RecipientReply.Classify(Read(line)).Kind);

    [Theory]
    [InlineData("250 <jane@example.org>", AnswerKind.Yes)]
    [InlineData("251 forwarded", AnswerKind.Yes)]
    [InlineData("550 5.1.1 no", AnswerKind.No)]
    [InlineData("551 5.7.1 no", AnswerKind.No)]
    [InlineData("252 try it", AnswerKind.Unavailable)]
    [InlineData("502 not offered", AnswerKind.Unavailable)]
    [InlineData("504 no", AnswerKind.Unavailable)]
    [InlineData("553 ambiguous", AnswerKind.Unavailable)]
    [InlineData("554 no", AnswerKind.Unavailable)]
    [InlineData("451 later", AnswerKind.Unavailable)]
    public void A_reply_to_VRFY_or_EXPN(string line, AnswerKind expected) => Assert.Equal(expected, QueryReply.Classify(Read(line), "VRFY").Kind);

    [Theory]
    [InlineData("235 2.7.0 ok", true, AnswerKind.Yes)]
    [InlineData("535 5.7.8 wrong", true, AnswerKind.No)]
    [InlineData("535 5.7.8 wrong", false, AnswerKind.Unavailable)]
    [InlineData("250 ok", true, AnswerKind.Unavailable)]
    [InlineData("200 ok", true, AnswerKind.Unavailable)]
    [InlineData("454 later", true, AnswerKind.Unavailable)]
    [InlineData("432 change it", true, AnswerKind.Unavailable)]
    [InlineData("500 what", true, AnswerKind.Unavailable)]
    [InlineData("530 tls", true, AnswerKind.Unavailable)]
    [InlineData("534 weak", true, AnswerKind.Unavailable)]
    [InlineData("538 tls", true, AnswerKind.Unavailable)]
    [InlineData("550 no", true, AnswerKind.Unavailable)]
    public void A_reply_to_AUTH(string line, bool sentSecret, AnswerKind expected) =>
        Assert.Equal(expected, LoginReply.Classify(Read(line), sentSecret).Kind);

    [Theory]
    [InlineData("a OK done", AnswerKind.Yes, false)]
    [InlineData("a OK [CAPABILITY IMAP4rev1] done", AnswerKind.Yes, false)]
    [InlineData("a NO wrong", AnswerKind.No, true)]
    [InlineData("a NO [ALERT] wrong", AnswerKind.No, true)]
    [InlineData("a NO [AUTHENTICATIONFAILED] wrong", AnswerKind.No, false)]
    [InlineData("a NO [authorizationfailed] wrong", AnswerKind.No, false)]
    [InlineData("a NO [EXPIRED] old", AnswerKind.No, false)]
    [InlineData("a NO [UNAVAILABLE] later", AnswerKind.Unavailable, false)]
    [InlineData("a NO [INUSE] later", AnswerKind.Unavailable, false)]
    [InlineData("a NO [LIMIT] later", AnswerKind.Unavailable, false)]
    [InlineData("a NO [SERVERBUG] oh", AnswerKind.Unavailable, false)]
    [InlineData("a NO [CONTACTADMIN] call", AnswerKind.Unavailable, false)]
    [InlineData("a NO [PRIVACYREQUIRED] tls", AnswerKind.Unavailable, false)]
    [InlineData("a NO [WHATEVER] x", AnswerKind.Unavailable, false)]
    [InlineData("a BAD what", AnswerKind.Unavailable, false)]
    public void A_tagged_answer_to_an_IMAP_login(string line, AnswerKind expected, bool isVague)
    {
        Assert.True(ImapResponse.TryParse(Encoding.Latin1.GetBytes(line), out var response));

        var verdict = LoginResponse.Classify(response, sentSecret: true);

        Assert.Equal((expected, isVague), (verdict.Answer.Kind, verdict.IsVague));
    }

    [Fact]
    public void A_refused_proof_on_IMAP_says_nothing()
    {
        Assert.True(ImapResponse.TryParse("a NO [AUTHENTICATIONFAILED] x"u8, out var response));
        Assert.Equal(AnswerKind.Unavailable, LoginResponse.Classify(response, sentSecret: false).Answer.Kind);
    }

    [Theory]
    [InlineData("250 ok", Disposition.Delivered, Blame.None)]
    [InlineData("450 later", Disposition.Temporary, Blame.Host)]
    [InlineData("550 5.7.1 no", Disposition.Permanent, Blame.Host)]
    [InlineData("552 too many", Disposition.Temporary, Blame.Host)]
    [InlineData("552 5.2.2 full", Disposition.Permanent, Blame.Host)]
    [InlineData("503 sequence", Disposition.Temporary, Blame.Definition)]
    [InlineData("530 log in", Disposition.Temporary, Blame.Definition)]
    public void A_reply_to_a_relayed_recipient(string line, Disposition disposition, Blame blame)
    {
        var outcome = Outcomes.FromRcptReply(Read(line));
        Assert.Equal((disposition, blame), (outcome.Disposition, outcome.Blame));
    }

    static Reply Read(string line)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(line + "\r\n"));
        Assert.Equal(ReplyStatus.Done, new ReplyReader().Read(ref buffer, out var reply));
        return reply;
    }
}
