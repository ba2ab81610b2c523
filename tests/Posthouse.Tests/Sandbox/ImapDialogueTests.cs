using System.Buffers;
using System.Text;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Sandbox;

public class ImapDialogueTests
{
    const string Refused = "NO [AUTHENTICATIONFAILED] Authentication failed";

    [Fact]
    public async Task The_greeting_and_capability_say_what_is_offered()
    {
        const string Offered = "CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ID SASL-IR UNAUTHENTICATE AUTH=PLAIN AUTH=LOGIN XNEW";
        await using var stage = await Stage.OpenAsync(
            SandboxProtocol.Imap, with: o => o with { Mechanisms = ["PLAIN", "LOGIN"], Unauthenticate = true, Keywords = ["XNEW"] });
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.ExpectAsync($"* OK [{Offered}] sandbox.test sandbox");
        await client.AskAsync("a1 CAPABILITY", $"* {Offered}", "a1 OK CAPABILITY done");
    }

    [Fact]
    public async Task Pipelined_commands_are_answered_in_order_up_to_logout()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        await client.SendAsync("a1 NOOP\r\na2 id (\"name\" \"x\" \"version\" NIL)\r\na3 LOGIN a b\r\na4 LOGIN jane@example.org \"jane's secret\"\r\na5 LOGOUT\r\n");
        await client.ExpectAsync(
            "a1 OK NOOP done", "* ID (\"name\" \"sandbox\")", "a2 OK ID done", "a3 " + Refused, "a4 OK Logged in", "* BYE Bye", "a5 OK LOGOUT done");
        await client.ExpectEndAsync();
        Assert.Equal(2, stage.Journal.Count("LOGIN"));
    }

    [Fact]
    public async Task Login_takes_quoted_strings_and_both_kinds_of_literal()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap, with: o => o with { Unauthenticate = true });
        stage.Accounts.AddUser("odd", "a\"\\b").AddUser("s\u00e9", "p\u00e9");
        await using var client = await stage.ImapAsync();
        await client.AskAsync("a1 LOGIN odd \"a\\\"\\\\b\"", "a1 OK Logged in");
        await client.AskAsync("a2 LOGIN odd odd", "a2 BAD Not in this state");
        await client.AskAsync("a3 UNAUTHENTICATE", "a3 OK UNAUTHENTICATE done");
        await client.AskAsync("a4 LOGIN {3}", "+ OK");
        await client.AskAsync("odd {4}", "+ OK");
        await client.AskAsync("a\"\\b", "a4 OK Logged in");
        await client.AskAsync("a5 UNAUTHENTICATE", "a5 OK UNAUTHENTICATE done");
        await client.AskAsync("a6 LOGIN {3+}\r\ns\u00c3\u00a9 {3+}\r\np\u00c3\u00a9", "a6 OK Logged in");
    }

    [Theory]
    [InlineData("LOGIN jane", "BAD LOGIN takes a name and a secret")]
    [InlineData("LOGIN (a b)", "BAD LOGIN takes a name and a secret")]
    [InlineData("LOGIN a  b", "BAD Malformed command")]
    [InlineData("LOGIN a \"b", "BAD Malformed command")]
    [InlineData("LOGIN a \"b\\n\"", "BAD Malformed command")]
    [InlineData("LOGIN a \"b\"c", "BAD Malformed command")]
    [InlineData("LOGIN a {x}", "BAD Malformed command")]
    [InlineData("LOGIN a {-1}", "BAD Malformed command")]
    [InlineData("LOGIN a {8193}", "BAD Literal too long")]
    [InlineData("LOGIN a {4294967295}", "BAD Malformed command")]
    [InlineData("LOGIN \u00e9 b", "BAD Malformed command")]
    [InlineData("LOGIN \"\u00e9\" b", "BAD Malformed command")]
    [InlineData("LOGIN \"\" \"\"", Refused)]
    [InlineData("LOGIN staff@example.org \"\"", Refused)]
    [InlineData("NOOP x", "BAD Not a command with these arguments")]
    [InlineData("SELECT", "BAD Command not known")]
    [InlineData("STARTTLS", "BAD STARTTLS not offered")]
    [InlineData("UNAUTHENTICATE", "BAD UNAUTHENTICATE not offered")]
    [InlineData("AUTHENTICATE", "BAD AUTHENTICATE takes a mechanism and an initial response")]
    [InlineData("AUTHENTICATE GSSAPI", "NO [CANNOT] Mechanism not offered")]
    [InlineData("AUTHENTICATE PLAIN ****", "BAD Malformed command")]
    [InlineData("AUTHENTICATE PLAIN AAA", "BAD Not a message of this mechanism")]
    [InlineData("AUTHENTICATE PLAIN =", "BAD Not a message of this mechanism")]
    [InlineData("AUTHENTICATE PLAIN AGEAYg==", Refused)]
    public async Task A_command_that_cannot_be_served_gets_its_own_response(string command, string response)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        await client.AskAsync("t " + command, "t " + response);
        await client.AskAsync("t2 NOOP", "t2 OK NOOP done");
    }

    [Fact]
    public async Task Octets_that_cannot_be_told_from_commands_end_the_session()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        await client.AskAsync("a LOGIN a {8193+}", "a BAD Literal too long");
        await client.ExpectEndAsync();
        await using var other = await stage.ImapAsync();
        await other.SendAsync("a NOOP\nb NOOP\r\n");
        await other.ExpectAsync("* BYE Line too long, or not ended by CRLF");
        await other.ExpectEndAsync();
    }

    [Fact]
    public async Task A_line_without_tag_or_verb_is_bad()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        await client.AskAsync("", "* BAD Malformed command");
        await client.AskAsync("a1", "* BAD Malformed command");
        await client.AskAsync("a1 ", "a1 BAD Malformed command");
        await client.AskAsync("+ NOOP", "* BAD Malformed command");
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("SCRAM-SHA-256", true)]
    [InlineData("SCRAM-SHA-256", false)]
    public async Task Every_mechanism_of_the_client_side_is_understood(string mechanism, bool initial)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        await using var client = await stage.ImapAsync();
        var sasl = SaslClient.Create(mechanism, new Credentials("john@example.org", "tanstaaftanstaaf"u8))!;
        var response = new ArrayBufferWriter<byte>();
        if (initial)
            Assert.True(sasl.TryRespond(default, response));
        await client.SendAsync($"a1 AUTHENTICATE {mechanism}{(initial ? " " + Convert.ToBase64String(response.WrittenSpan) : "")}\r\n");
        var line = await client.LineAsync();
        while (line!.StartsWith("+ ", StringComparison.Ordinal))
        {
            response = new ArrayBufferWriter<byte>();
            Assert.True(sasl.TryRespond(Convert.FromBase64String(line[2..]), response));
            await client.SendAsync(Convert.ToBase64String(response.WrittenSpan) + "\r\n");
            line = await client.LineAsync();
        }
        Assert.Equal("a1 OK Logged in", line);
        Assert.True(sasl.IsComplete);
        await client.AskAsync("a2 AUTHENTICATE PLAIN", "a2 BAD Not in this state");
    }

    [Fact]
    public async Task An_exchange_can_be_cancelled_or_spoilt()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap, with: o => o with { SaslIr = false });
        await using var client = await stage.ImapAsync();
        await client.AskAsync("a1 AUTHENTICATE PLAIN", "+ ");
        await client.AskAsync("*", "a1 BAD Authentication cancelled");
        await client.AskAsync("a2 AUTHENTICATE PLAIN", "+ ");
        await client.AskAsync("???", "a2 BAD Not a message of this mechanism");
        await client.AskAsync("a3 AUTHENTICATE PLAIN AGEAYg==", "a3 BAD No initial response expected");
    }

    [Fact]
    public async Task Before_tls_there_is_no_login_and_after_it_there_is()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap, SandboxTls.StartTls);
        await using var client = await Dialogue.OpenAsync(stage.Server);
        Assert.Contains(" STARTTLS LOGINDISABLED]", await client.LineAsync(), StringComparison.Ordinal);
        await client.AskAsync("a1 LOGIN jane@example.org x", "a1 NO [PRIVACYREQUIRED] TLS first");
        await client.AskAsync("a2 AUTHENTICATE PLAIN AGEAYg==", "a2 NO [PRIVACYREQUIRED] TLS first");
        await client.AskAsync("a3 STARTTLS", "a3 OK Begin TLS now");
        await client.StartTlsAsync(stage.Server.Certificate);
        var capability = await client.ResponseAsync("a4", "CAPABILITY");
        Assert.DoesNotContain("STARTTLS", capability[0], StringComparison.Ordinal);
        Assert.Contains(" AUTH=PLAIN", capability[0], StringComparison.Ordinal);
        await client.AskAsync("a5 STARTTLS", "a5 BAD STARTTLS not offered");
        await client.AskAsync("a6 LOGIN jane@example.org \"jane's secret\"", "a6 OK Logged in");
    }

    [Fact]
    public async Task Without_sasl_login_alone_is_left()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap, with: o => o with { OfferAuth = false });
        await using var client = await Dialogue.OpenAsync(stage.Server);
        Assert.DoesNotContain("AUTH=", await client.LineAsync(), StringComparison.Ordinal);
        await client.AskAsync("a1 AUTHENTICATE PLAIN", "a1 NO [CANNOT] Mechanism not offered");
        await client.AskAsync("a2 LOGIN relay_server 123456", "a2 OK Logged in");
    }
}
