using System.Buffers;
using System.Text;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Sandbox;

public class SandboxLoginTests
{
    const string LoggedIn = "235 2.7.0 Authentication succeeded";
    const string Refused = "535 5.7.8 Authentication failed";

    [Fact]
    public async Task Plain_logs_in_with_and_without_an_initial_response()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync($"AUTH plain {Stage.Base64("\0jane@example.org\0wrong")}", Refused);
        await client.AskAsync("AUTH PLAIN", "334 ");
        await client.AskAsync(Stage.Base64("\0Jane@example.org\0jane's secret"), LoggedIn);
        await client.AskAsync("AUTH PLAIN", "503 5.5.1 Command out of order");
        await client.AskAsync("RSET", "250 2.0.0 OK");
        await client.AskAsync("AUTH PLAIN", "503 5.5.1 Command out of order");
    }

    [Fact]
    public async Task Login_asks_for_name_and_secret_and_a_service_may_log_in()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("AUTH LOGIN", "334 VXNlcm5hbWU6");
        await client.AskAsync(Stage.Base64("relay_server"), "334 UGFzc3dvcmQ6");
        await client.AskAsync(Stage.Base64("123456"), LoggedIn);
    }

    [Theory]
    [InlineData("*", "501 5.7.0 Authentication cancelled")]
    [InlineData("?", "501 5.5.2 Not a message of this mechanism")]
    [InlineData("", "501 5.5.2 Not a message of this mechanism")]
    public async Task An_exchange_can_be_cancelled_or_spoilt(string response, string reply)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("AUTH PLAIN", "334 ");
        await client.AskAsync(response, reply);
        await client.AskAsync("NOOP", "250 2.0.0 OK");
    }

    [Theory]
    [InlineData("PLAIN", "jane@example.org", "jane's secret", true)]
    [InlineData("LOGIN", "jane@example.org", "jane's secret", true)]
    [InlineData("CRAM-MD5", "john@example.org", "tanstaaftanstaaf", true)]
    [InlineData("SCRAM-SHA-256", "john@example.org", "tanstaaftanstaaf", true)]
    [InlineData("CRAM-MD5", "john@example.org", "wrong", false)]
    [InlineData("CRAM-MD5", "nobody", "wrong", false)]
    [InlineData("SCRAM-SHA-256", "john@example.org", "wrong", false)]
    [InlineData("SCRAM-SHA-256", "nobody", "wrong", false)]
    [InlineData("SCRAM-SHA-256", "staff@example.org", "wrong", false)]
    public async Task Every_mechanism_of_the_client_side_is_understood(string mechanism, string user, string secret, bool expected)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        var sasl = SaslClient.Create(mechanism, new Credentials(user, Encoding.UTF8.GetBytes(secret)))!;
        await client.SendAsync($"AUTH {mechanism}\r\n");
        var line = await client.LineAsync();
        while (line!.StartsWith("334 ", StringComparison.Ordinal))
        {
            var response = new ArrayBufferWriter<byte>();
            Assert.True(sasl.TryRespond(Convert.FromBase64String(line[4..]), response));
            await client.SendAsync(Convert.ToBase64String(response.WrittenSpan) + "\r\n");
            line = await client.LineAsync();
        }
        Assert.Equal(expected ? LoggedIn : Refused, line);
        if (expected)
            Assert.True(sasl.IsComplete);
    }

    [Theory]
    [InlineData("OAUTHBEARER", "jane@example.org", "ticket", true)]
    [InlineData("OAUTHBEARER", "jane@example.org", "jane's-secret", false)]
    [InlineData("OAUTHBEARER", "john@example.org", "ticket", false)]
    [InlineData("OAUTHBEARER", "nobody", "ticket", false)]
    [InlineData("XOAUTH2", "jane@example.org", "ticket", true)]
    [InlineData("XOAUTH2", "jane@example.org", "wrong", false)]
    public async Task A_token_logs_in_where_the_account_has_it_and_is_refused_in_two_steps(string mechanism, string user, string token, bool expected)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { Mechanisms = ["PLAIN", mechanism] });
        stage.Accounts.SetToken("jane@example.org", "ticket");
        await using var client = await stage.SmtpAsync();
        var sasl = SaslClient.Create(mechanism, new Credentials(user, Encoding.UTF8.GetBytes(token), CredentialKind.BearerToken))!;
        await client.SendAsync($"AUTH {mechanism}\r\n");
        var challenges = 0;
        var line = await client.LineAsync();
        for (; line!.StartsWith("334 ", StringComparison.Ordinal); challenges++)
        {
            var response = new ArrayBufferWriter<byte>();
            Assert.True(sasl.TryRespond(Convert.FromBase64String(line[4..]), response));
            await client.SendAsync(Convert.ToBase64String(response.WrittenSpan) + "\r\n");
            line = await client.LineAsync();
        }
        Assert.Equal((expected ? LoggedIn : Refused, expected ? 1 : 2, expected), (line, challenges, sasl.IsComplete));
    }

    [Theory]
    [InlineData("OAUTHBEARER", "n,a=jane@example.org,\u0001auth=Bearer ticket\u0001")]
    [InlineData("OAUTHBEARER", "n,,\u0001auth=Bearer ticket\u0001\u0001")]
    [InlineData("OAUTHBEARER", "user=jane@example.org\u0001auth=Bearer ticket\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=jane@example.org,\u0001auth=Bearer a\u0001auth=Bearer ticket\u0001\u0001")]
    [InlineData("XOAUTH2", "n,a=jane@example.org,\u0001auth=Bearer ticket\u0001\u0001")]
    [InlineData("XOAUTH2", "user=\u0001auth=Bearer ticket\u0001\u0001")]
    public async Task A_token_in_another_form_is_no_message_of_the_mechanism(string mechanism, string message)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { Mechanisms = [mechanism] });
        stage.Accounts.SetToken("jane@example.org", "ticket");
        await using var client = await stage.SmtpAsync();
        await client.AskAsync($"AUTH {mechanism} {Stage.Base64(message)}", "501 5.5.2 Not a message of this mechanism");
    }

    [Fact]
    public async Task A_changed_secret_counts_from_the_next_login_on()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        stage.Accounts.SetSecret("jane@example.org", "new");
        await client.AskAsync($"AUTH PLAIN {Stage.Base64("\0jane@example.org\0jane's secret")}", Refused);
        await client.AskAsync($"AUTH PLAIN {Stage.Base64("\0jane@example.org\0new")}", LoggedIn);
    }

    [Fact]
    public async Task Mail_and_queries_wait_for_a_login_where_one_is_required()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Lmtp, with: o => o with { RequireAuth = true });
        await using var client = await stage.LmtpAsync();
        foreach (var command in new[] { "MAIL FROM:<>", "VRFY jane@example.org", "EXPN staff@example.org" })
            await client.AskAsync(command, "530 5.7.0 Authentication required");
        await client.AskAsync($"AUTH PLAIN {Stage.Base64("\0relay_server\0" + "123456")}", LoggedIn);
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("VRFY jane@example.org", "250 2.1.5 <jane@example.org>");
    }

    [Fact]
    public async Task Only_the_mechanisms_of_the_options_are_offered()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { Mechanisms = ["LOGIN"] });
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.LineAsync();
        Assert.Contains("250-AUTH LOGIN", await client.ReplyAsync("EHLO client.test"));
        await client.AskAsync("AUTH PLAIN", "504 5.5.4 Mechanism not offered");
    }
}
