using CsCheck;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>For any login and secret: one login with exactly these reaches the host, or nothing does and the answer is our own.</summary>
public class LoginInjectionTests
{
    static readonly Gen<(string User, byte[] Secret, bool IsRight)> Logins = Gen.Select(HostileValues.Text, HostileValues.Octets, Gen.Bool);

    [Theory]
    [InlineData(RemoteProtocol.Smtp, "PLAIN")]
    [InlineData(RemoteProtocol.Smtp, "LOGIN")]
    [InlineData(RemoteProtocol.Smtp, "CRAM-MD5")]
    [InlineData(RemoteProtocol.Smtp, "SCRAM-SHA-256")]
    [InlineData(RemoteProtocol.Smtp, "OAUTHBEARER")]
    [InlineData(RemoteProtocol.Smtp, "XOAUTH2")]
    [InlineData(RemoteProtocol.Lmtp, "PLAIN")]
    [InlineData(RemoteProtocol.Imap, "PLAIN", false)]
    [InlineData(RemoteProtocol.Imap, "PLAIN")]
    [InlineData(RemoteProtocol.Imap, "OAUTHBEARER", false)]
    [InlineData(RemoteProtocol.Imap, "OAUTHBEARER")]
    [InlineData(RemoteProtocol.Imap, "XOAUTH2")]
    [InlineData(RemoteProtocol.Imap, "LOGIN")]
    [InlineData(RemoteProtocol.Imap, "CRAM-MD5")]
    [InlineData(RemoteProtocol.Imap, "SCRAM-SHA-256")]
    [InlineData(RemoteProtocol.Imap, null)]
    public Task A_login_reaches_the_host_as_it_is_or_not_at_all(RemoteProtocol protocol, string? mechanism, bool saslIr = true) =>
        RunAsync(protocol, mechanism, saslIr, Played.Cases);

    [Theory(Explicit = true)]
    [InlineData(RemoteProtocol.Smtp, "PLAIN")]
    [InlineData(RemoteProtocol.Imap, null)]
    public Task A_million_logins_reach_the_host_as_they_are_or_not_at_all(RemoteProtocol protocol, string? mechanism) =>
        RunAsync(protocol, mechanism, saslIr: true, Played.NightlyCases);

    // A SCRAM proof costs thousands of hashes on both sides.
    static Task RunAsync(RemoteProtocol protocol, string? mechanism, bool saslIr, int cases) =>
        Played.SampleAsync(Logins, mechanism == "SCRAM-SHA-256" ? cases / 50 : cases, protocol, () => Start(protocol, mechanism, saslIr), async (login, host, sink) =>
        {
            sink.Secret = login.Secret;
            sink.SaysYes = login.IsRight;
            using var credentials = new Credentials(
                login.User, login.Secret, mechanism is "OAUTHBEARER" or "XOAUTH2" ? CredentialKind.BearerToken : CredentialKind.Password);

            var answer = await host.AuthenticateAsync(credentials, SandboxedHost.Token);

            if (answer.Source == AnswerSource.Local)
            {
                Assert.False(HostileValues.IsOrdinary(login.User) && HostileValues.IsOrdinary(login.Secret), "a login like any other was not asked");
                Assert.NotEqual(AnswerKind.Yes, answer.Kind);
                return;
            }
            Assert.Equal([$"{mechanism} {StrictSink.Hex(login.User)} {StrictSink.Hex(login.Secret)}"], await sink.TakeAsync(1));
            var isProof = mechanism is "CRAM-MD5" or "SCRAM-SHA-256";
            Assert.Equal(login.IsRight ? AnswerKind.Yes : isProof ? AnswerKind.Unavailable : AnswerKind.No, answer.Kind);
        });

    static StrictSink Start(RemoteProtocol protocol, string? mechanism, bool saslIr) => protocol == RemoteProtocol.Imap
        ? new ImapSink(mechanism, saslIr)
        : new SmtpSink(protocol == RemoteProtocol.Lmtp ? "LHLO" : "EHLO", mechanism);
}
