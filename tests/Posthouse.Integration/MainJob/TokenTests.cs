using System.Text;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.RealHosts;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;

namespace Posthouse.Integration.MainJob;

/// <summary>A bearer token at the gateway is a login at a Dovecot that checks tokens by itself.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddHours(1);

    DovecotServer? _dovecot;

    DovecotServer Dovecot => _dovecot!;

    public async ValueTask InitializeAsync() => _dovecot = await MailServers.StartDovecotAsync(takesTokens: true);

    public async ValueTask DisposeAsync()
    {
        if (_dovecot is not null)
            await _dovecot.DisposeAsync();
    }

    [Fact]
    [Trait("Executable", "Native")]
    public async Task A_right_token_logs_in_and_a_wrong_one_is_refused_through_the_whole_gateway()
    {
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(Dovecot) with
        {
            Mechanisms = "\"plain\", \"oauthbearer\", \"xoauth2\"",
        });
        var right = Dovecot.Tokens.For(Account.Jane.Mailbox, Later);
        var longer = Dovecot.Tokens.For(Account.Jane.Mailbox, Later, padding: 3000);
        var another = Dovecot.Tokens.For(Account.Bob.Mailbox, Later);
        var expired = Dovecot.Tokens.For(Account.Jane.Mailbox, DateTimeOffset.UtcNow.AddSeconds(-30));
        var forged = new SignedToken().For(Account.Jane.Mailbox, Later);

        foreach (var mechanism in new[] { "OAUTHBEARER", "XOAUTH2" })
        {
            // A password goes on working, and each login that is right ends its session.
            foreach (var token in new[] { right, longer })
                Assert.Equal("235", await LogInAsync(gateway, mechanism, token));
            foreach (var token in new[] { another, expired, forged, Account.Jane.Secret.Replace(' ', '-') })
                Assert.Equal("334 535", await LogInAsync(gateway, mechanism, token));
        }
        await using var client = await gateway.ConnectAsync();
        Assert.Contains("AUTH PLAIN OAUTHBEARER XOAUTH2", (await client.StartTlsAsync()).Lines);
        Assert.Equal(235, (await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret)).Code);
    }

    [Theory]
    [InlineData(Line.ImplicitTls)]
    [InlineData(Line.StartTls)]
    public async Task The_library_alone_asks_about_a_token_and_keeps_the_answer_until_the_token_ends(Line line)
    {
        await using var host = new RealHost(RealHost.Options(RemoteProtocol.Imap, line == Line.ImplicitTls ? Dovecot.ImapsPort : Dovecot.ImapPort, line));
        var token = Dovecot.Tokens.For(Account.Carol.Mailbox, Later, padding: 4000);

        Assert.Equal((AnswerKind.Yes, AnswerSource.Host), await AskAsync(host, token));
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), await AskAsync(host, token));
        // Dovecot hangs up on a response of more than 8192 octets, which is no word about the token.
        Assert.Equal((AnswerKind.Unavailable, AnswerSource.Host), await AskAsync(host, Dovecot.Tokens.For(Account.Carol.Mailbox, Later, padding: 5500)));
        Assert.Equal((AnswerKind.No, AnswerSource.Host), await AskAsync(host, new SignedToken().For(Account.Carol.Mailbox, Later)));
    }

    static async Task<(AnswerKind, AnswerSource)> AskAsync(RealHost host, string token)
    {
        using var credentials = new Credentials(Account.Carol.Mailbox, Encoding.ASCII.GetBytes(token), CredentialKind.BearerToken);
        var answer = await host.Host.AuthenticateAsync(credentials, TestContext.Current.CancellationToken);
        return (answer.Kind, answer.Source);
    }

    /// <summary>The codes of the replies in order.</summary>
    static async Task<string> LogInAsync(GatewayProcess gateway, string mechanism, string token)
    {
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var isStandard = mechanism == "OAUTHBEARER";
        var opening = isStandard ? $"n,a={Account.Jane.Mailbox}," : $"user={Account.Jane.Mailbox}";
        var message = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{opening}\u0001auth=Bearer {token}\u0001\u0001"));
        var reply = await client.SayAsync($"AUTH {mechanism} {message}");
        return reply.Code == 334 ? $"334 {(await client.SayAsync(isStandard ? "AQ==" : "")).Code}" : $"{reply.Code}";
    }
}
