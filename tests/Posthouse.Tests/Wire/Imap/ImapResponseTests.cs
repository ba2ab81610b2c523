using System.Text;
using CsCheck;
using Posthouse.Wire.Imap;

namespace Posthouse.Tests.Wire.Imap;

public class ImapResponseTests
{
    public static TheoryData<string, string?, ImapResponseKind, string?, string?, string> Lines => new()
    {
        { "* OK ready", null, ImapResponseKind.Ok, null, null, "ready" },
        { "* OK", null, ImapResponseKind.Ok, null, null, "" },
        { "* ok [capability IMAP4rev1 AUTH=PLAIN] hi", null, ImapResponseKind.Ok, "CAPABILITY", "IMAP4rev1 AUTH=PLAIN", "hi" },
        { "* PREAUTH welcome", null, ImapResponseKind.PreAuth, null, null, "welcome" },
        { "* BYE [UNAVAILABLE] later", null, ImapResponseKind.Bye, "UNAVAILABLE", null, "later" },
        { "* NO disk", null, ImapResponseKind.No, null, null, "disk" },
        { "* BAD what", null, ImapResponseKind.Bad, null, null, "what" },
        { "* CAPABILITY IMAP4rev1 STARTTLS", null, ImapResponseKind.Capability, null, null, "IMAP4rev1 STARTTLS" },
        { "* 23 EXISTS", null, ImapResponseKind.Other, null, null, "23 EXISTS" },
        { "* LIST (\\Noselect) \"/\" foo", null, ImapResponseKind.Other, null, null, "LIST (\\Noselect) \"/\" foo" },
        { "* OKAY then", null, ImapResponseKind.Other, null, null, "OKAY then" },
        { "+ ", null, ImapResponseKind.Continuation, null, null, "" },
        { "+", null, ImapResponseKind.Continuation, null, null, "" },
        { "+ VXNlcm5hbWU6", null, ImapResponseKind.Continuation, null, null, "VXNlcm5hbWU6" },
        { "a1 OK done", "a1", ImapResponseKind.Ok, null, null, "done" },
        { "a1 NO [AUTHENTICATIONFAILED] no", "a1", ImapResponseKind.No, "AUTHENTICATIONFAILED", null, "no" },
        { "a1 no [AuthenticationFailed]", "a1", ImapResponseKind.No, "AUTHENTICATIONFAILED", null, "" },
        { "a1 NO [ALERT] \u001b[31mred", "a1", ImapResponseKind.No, "ALERT", null, "?[31mred" },
        { "a1 NO [REFERRAL imap://evil/] x", "a1", ImapResponseKind.No, "REFERRAL", "imap://evil/", "x" },
        { "a1 BAD", "a1", ImapResponseKind.Bad, null, null, "" },
        { "a1 OK {5} and more", "a1", ImapResponseKind.Ok, null, null, "{5} and more" },
        { "a1 OK {x}", "a1", ImapResponseKind.Ok, null, null, "{x}" },
        { "a1 OK 5}", "a1", ImapResponseKind.Ok, null, null, "5}" },
        { "a1 OK h\u00e9", "a1", ImapResponseKind.Ok, null, null, "h?" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_read(string line, string? tag, ImapResponseKind kind, string? code, string? argument, string text)
    {
        Assert.True(ImapResponse.TryParse(Encoding.Latin1.GetBytes(line), out var response));
        Assert.Equal(new ImapResponse(tag, kind, code, argument, text), response);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData("* ")]
    [InlineData("*OK ready")]
    [InlineData(" * OK ready")]
    [InlineData("+OK ready")]
    [InlineData("a1")]
    [InlineData("a1 ")]
    [InlineData("a1 FINE")]
    [InlineData("a1 BYE x")]
    [InlineData("a1 PREAUTH x")]
    [InlineData("a1 CAPABILITY IMAP4rev1")]
    [InlineData("a+1 OK x")]
    [InlineData("a\"1 OK x")]
    [InlineData("220 mail.example.org ESMTP")]
    [InlineData("a1 NO [UNAVAILABLE x")]
    [InlineData("a1 NO [] x")]
    [InlineData("a1 NO [ UNAVAILABLE] x")]
    [InlineData("* LIST () \"/\" {4}")]
    [InlineData("* OK {4294967295}")]
    [InlineData("* OK ~{4+}")]
    [InlineData("* OK {4-}")]
    [InlineData("* OK a\0b")]
    [InlineData("* OK a\rb")]
    [InlineData("* OK a\nb")]
    public void A_line_that_is_no_response_or_announces_a_literal_is_refused(string line) =>
        Assert.False(ImapResponse.TryParse(Encoding.Latin1.GetBytes(line), out _));

    [Theory]
    [InlineData("a BAD what is tulip", "")]
    [InlineData("a NO [UNKNOWN] what is tulip", "")]
    [InlineData("* tulip", "")]
    [InlineData("* BYE tulip", "")]
    [InlineData("a NO wrong", "wrong")]
    [InlineData("+ tulip", "tulip")]
    [InlineData("* CAPABILITY IMAP4rev1", "IMAP4rev1")]
    public void A_text_that_is_not_taken_is_nowhere(string line, string text)
    {
        Assert.True(ImapResponse.TryParse(Encoding.ASCII.GetBytes(line), out var response, static (kind, code) => kind == ImapResponseKind.No && code is null));
        Assert.Equal(text, response.Text);
    }

    [Fact]
    public void Whatever_comes_never_throws_and_never_leaves_a_control_character() =>
        Check.Sample(Gen.OneOf(Gen.Byte, Gen.Int[0, 12].Select(i => "*+ []{}OKNOa"u8[i % 12])).Array, line =>
        {
            if (!ImapResponse.TryParse(line, out var response))
                return;
            foreach (var text in new[] { response.Tag, response.Code, response.CodeArgument, response.Text })
                Assert.DoesNotContain(text ?? "", c => c is < ' ' or > '~');
        });
}
