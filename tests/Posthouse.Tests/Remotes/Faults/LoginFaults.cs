using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>AUTH: a user's login, and our own.</summary>
public class LoginFaults
{
    const string Jane = "login jane@example.org tulip";
    const string Token = "token jane@example.org tulip";
    const string Error = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";

    internal static readonly FaultTable Table = new(
    [
        new("R23", "235 is a yes, and the connection is the user's")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 235 ok"]],
            Ask = Jane, Gets = "yes", Leaves = "quit", Keeps = (1, 0),
        },
        new("R31", "A host that takes every login is believed, of the secret that it was asked about alone")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 235 ok"], [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 235 ok"]],
            Ask = Jane + "; login jane@example.org wrong", Gets = "yes; yes", Leaves = "quit, quit", Keeps = (1, 0),
        },
        new("R24", "535 is a no")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 5.7.8 no"]],
            Ask = Jane, Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R24", "535 to a proof is none")
        {
            Host = [[.. Offering("AUTH CRAM-MD5"), "C: AUTH CRAM-MD5", "S: 334 {sasl}", "C: ", "S: 535 no"]],
            Ask = Jane, Gets = "unavailable", Says = "a refused proof says nothing of the secret", Leaves = "kept",
        },
        new("R25", "454")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 454 4.7.0 no database"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 454 4.7.0 no database", Leaves = "quit",
        },
        new("R25", "432")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 432 change it"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 432 change it", Leaves = "quit",
        },
        new("R25", "451")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 451 later"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 451", Leaves = "quit",
        },
        new("R25", "421")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 421 closing"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 421", Leaves = "cut",
        },
        new("R26", "500")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 500 what is AUTH PLAIN AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA="]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 500 (the host's words are withheld", Leaves = "quit",
        },
        new("R26", "530")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 530 tls first"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 530 tls first", Leaves = "quit",
        },
        new("R26", "534")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 534 weak"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 534 weak", Leaves = "quit",
        },
        new("R26", "538")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 538 tls"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 538 tls", Leaves = "quit",
        },
        new("R26", "550 repeats the login")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 550 no tulip"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 550 (the host's words are withheld", Leaves = "quit",
        },
        new("R26", "Our own login refused")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 5.7.8 no"]],
            Ask = "relay a@example.org", Gets = "temporary definition", Says = "remote.box.auth: PLAIN: 535 5.7.8 no",
            Leaves = "cut", Define = OwnLogin,
        },
        new("R26", "Our own login deferred")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 454 no database"]],
            Ask = "rcpt a@example.org", Gets = "unavailable", Says = "remote.box.auth: PLAIN: 454 no database", Leaves = "cut",
            Define = OwnLogin,
        },
        new("R26", "Our own login not offered")
        {
            Host = [[.. Greeted]],
            Ask = "rcpt a@example.org", Gets = "unavailable", Says = "remote.box.auth: the host offers no login", Leaves = "cut",
            Define = OwnLogin,
        },
        new("R27", "250 is no success")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 250 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: 250", Leaves = "quit",
        },
        new("R27", "200 is no success of our own")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 200 ok"]],
            Ask = "relay a@example.org", Gets = "temporary transport", Says = "remote.box.auth: PLAIN: 200", Leaves = "cut",
            Define = OwnLogin,
        },
        new("R28", "A challenge that is not base64")
        {
            Host = [[.. Offering("AUTH CRAM-MD5"), "C: AUTH CRAM-MD5", "S: 334 !", "C: *", "S: 501 cancelled"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH CRAM-MD5: a challenge that is not one", Leaves = "cut",
        },
        new("R28", "A challenge after PLAIN has said everything")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 334 ", "C: *", "S: 501 cancelled"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH PLAIN: a challenge that is not one", Leaves = "cut",
        },
        new("R28", "A success after the cancel")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 334 ", "C: *", "S: 235 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH PLAIN: a challenge that is not one", Leaves = "cut",
        },
        new("R28", "Challenges without end")
        {
            Host =
            [
                [.. Offering("AUTH LOGIN"), "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: amFuZ", "S: 334 UGFzc3dvcmQ6", "C: dHVsaXA=", "S: 334 ", "C: *", "S: 334 "],
            ],
            Ask = Jane, Gets = "unavailable", Says = "AUTH LOGIN: a challenge that is not one", Leaves = "cut",
        },
        new("R28", "A server without a proof of its own")
        {
            Host = [[.. Offering("AUTH SCRAM-SHA-256"), "C: AUTH SCRAM-SHA-256 ", "S: 334 {sasl}", "C: ", "S: 235 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "a success before the login was said", Leaves = "cut",
        },
        new("R28", "Garbage that repeats the login")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: AGphbmVAZXhhbXBsZS5vcmcAdHVsaXA="]],
            Ask = Jane, Gets = "unavailable", Says = "(the host's words are withheld", Leaves = "cut",
        },
        new("R24", "535 to a token without an error before it")
        {
            Host = [[.. Offering("AUTH XOAUTH2"), "C: AUTH XOAUTH2 ", "S: 535 5.7.3 no"]],
            Ask = Token, Gets = "no", Leaves = "kept", Keeps = (0, 1),
        },
        new("R25", "454 after a token's error was acknowledged")
        {
            Host = [[.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", $"S: 334 {Error}", "C: AQ==", "S: 454 4.7.0 no issuer"]],
            Ask = Token, Gets = "unavailable", Says = "AUTH: 454 4.7.0 no issuer", Leaves = "quit",
        },
        new("R26", "500 repeats a token")
        {
            Host = [[.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", "S: 500 what is bixhPWphbmVAZXhhbXBsZS5vcmcsAWF1dGg9QmVhcmVyIHR1bGlwAQE="]],
            Ask = Token, Gets = "unavailable", Says = "AUTH: 500 (the host's words are withheld", Leaves = "quit",
        },
        new("R26", "A token where none is taken")
        {
            Host = [[.. Offering("AUTH PLAIN LOGIN")]],
            Ask = Token, Gets = "unavailable", Says = "the host offers neither OAUTHBEARER nor XOAUTH2 (PLAIN LOGIN)", Leaves = "kept",
        },
        new("R28", "A success after a token was refused")
        {
            Host = [[.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", $"S: 334 {Error}", "C: AQ==", "S: 235 ok"]],
            Ask = Token, Gets = "unavailable", Says = "a success before the login was said or after it was refused", Leaves = "cut",
        },
        new("R28", "Errors without end")
        {
            Host = [[.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", $"S: 334 {Error}", "C: AQ==", $"S: 334 {Error}", "C: *", "S: 501 cancelled"]],
            Ask = Token, Gets = "unavailable", Says = "AUTH OAUTHBEARER: a challenge that is not one", Leaves = "cut",
        },
        new("R28", "An empty challenge after a token was said")
        {
            Host = [[.. Offering("AUTH XOAUTH2"), "C: AUTH XOAUTH2 ", "S: 334 ", "C: *", "S: 501 cancelled"]],
            Ask = Token, Gets = "unavailable", Says = "AUTH XOAUTH2: a challenge that is not one", Leaves = "cut",
        },
        new("R29", "A close after a token's error")
        {
            Host = [[.. Offering("AUTH OAUTHBEARER"), "C: AUTH OAUTHBEARER ", $"S: 334 {Error}", "C: AQ==", "FIN"]],
            Ask = Token, Gets = "unavailable", Says = "AUTH: the host closed the connection", Leaves = "cut",
        },
        new("R29", "A close after the credential on a fresh connection")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "FIN"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: the host closed the connection", Leaves = "cut",
        },
        new("R29", "A close after the credential on a pooled connection")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 no", "C: AUTH PLAIN ", "FIN"], [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 235 ok"]],
            Ask = "login jane@example.org rose; " + Jane, Gets = "no; yes", Leaves = "cut, quit", Keeps = (1, 0),
        },
        new("R29", "A close after the credential twice")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 no", "C: AUTH PLAIN ", "RST"], [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "FIN"]],
            Ask = "login jane@example.org rose; " + Jane, Gets = "no; unavailable", Says = "AUTH: the host closed the connection", Leaves = "cut, cut", Keeps = (0, 1),
        },
        new("R30", "No answer to a credential within its time")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "STALL"]], Ask = Jane, Gets = "unavailable", Says = "AUTH: nothing within remote.box.timeouts.command (60s)", Leaves = "cut", After = TimeSpan.FromSeconds(60),
        },
        new("R34", "503 to AUTH on a pooled connection")
        {
            Host = [[.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 no", "C: AUTH PLAIN ", "S: 503 hello first"], [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 no"]],
            Ask = "login jane@example.org rose; " + Jane, Gets = "no; no", Leaves = "cut, kept", Keeps = (0, 1),
        },
        new("R74", "235 before the secret was asked for")
        {
            Host = [[.. Offering("AUTH LOGIN"), "C: AUTH LOGIN", "S: 235 ok"]],
            Ask = Jane, Gets = "unavailable", Says = "a success before the login was said", Leaves = "cut",
        },
        new("R74", "235 before the secret was said")
        {
            Host = [[.. Offering("AUTH LOGIN"), "C: AUTH LOGIN", "R: 334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n"]],
            Ask = Jane, Gets = "unavailable", Says = "AUTH: the host closed it or spoke before it was asked", Leaves = "cut",
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    /// <summary>R30: the dangerous one, since it would let the next user in with a wrong secret.</summary>
    [Fact]
    public async Task A_late_success_of_a_login_that_was_given_up_is_nobody_elses()
    {
        await using var play = new Play(RemoteProtocol.Smtp,
        [
            [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "STALL"],
            [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 535 no"],
        ]);
        using var leaving = new CancellationTokenSource();
        using var credentials = new Credentials("jane@example.org", "tulip"u8);
        var givenUp = play.Host.AuthenticateAsync(credentials, leaving.Token).AsTask();
        play.Peer.Gate.TrySetResult();
        await play.StalledAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        play.Peer.Lines[0].Speak("235 ok\r\n");

        Assert.Equal("no", (await play.AskAsync("login joe@example.org rose")).End);

        Assert.Equal(("cut", 0), (play.Peer.Lines[0].Fate, play.Host.Snapshot().PositiveEntries));
    }

    static RemoteHostOptions OwnLogin(RemoteHostOptions options) => options with { Auth = new RemoteAuthOptions("jane", "tulip") };
}
