using System.Text;
using CsCheck;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>For any address and any name of a user or list: the host is asked exactly that, or nothing reaches it.</summary>
public class QuestionInjectionTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public Task A_recipient_reaches_the_host_as_it_is_or_not_at_all(bool pipelining, bool smtpUtf8) => CheckAsync(pipelining, smtpUtf8, Played.Cases);

    [Theory]
    [InlineData("VRFY")]
    [InlineData("EXPN")]
    public Task A_name_reaches_the_host_as_it_is_or_not_at_all(string verb) => QueryAsync(verb, Played.Cases);

    [Fact(Explicit = true)]
    public Task A_million_recipients_reach_the_host_as_they_are_or_not_at_all() => CheckAsync(pipelining: true, smtpUtf8: true, Played.NightlyCases);

    [Fact(Explicit = true)]
    public Task A_million_names_reach_the_host_as_they_are_or_not_at_all() => QueryAsync("EXPN", Played.NightlyCases);

    static Task CheckAsync(bool pipelining, bool smtpUtf8, int cases) => Played.SampleAsync(
        HostileValues.Mailboxes, cases, RemoteProtocol.Smtp, () => new SmtpSink("EHLO", pipelining: pipelining, smtpUtf8: smtpUtf8), async (mailbox, host, sink) =>
        {
            var answer = await host.VerifyRecipientAsync(mailbox, SandboxedHost.Token);

            if (answer.Source == AnswerSource.Local)
            {
                Assert.True(IsUnicode(mailbox) && !smtpUtf8, "an address that the host understands was not asked");
                Assert.Equal(AnswerKind.Refused, answer.Kind);
                return;
            }
            Assert.Equal(AnswerKind.Yes, answer.Kind);
            Assert.Equal(
                [$"MAIL FROM:<>{(IsUnicode(mailbox) ? " SMTPUTF8" : "")}", $"RCPT TO:{SinkPath.Of(mailbox.LocalPart, mailbox.Domain)}", "RSET"], await sink.TakeAsync(3));
        });

    static Task QueryAsync(string verb, int cases) => Played.SampleAsync(
        HostileValues.Text, cases, RemoteProtocol.Smtp, () => new SmtpSink("EHLO", smtpUtf8: true), async (name, host, sink) =>
        {
            var answer = verb == "VRFY" ? await host.VerifyAsync(name, SandboxedHost.Token) : await host.ExpandAsync(name, SandboxedHost.Token);

            if (answer.Source == AnswerSource.Local)
            {
                Assert.False(HostileValues.IsOrdinary(name), "a name like any other was not asked");
                Assert.Equal(AnswerKind.Unavailable, answer.Kind);
                return;
            }
            Assert.Equal(AnswerKind.Yes, answer.Kind);
            Assert.Equal([$"{verb} {StrictSink.Hex(name)}"], await sink.TakeAsync(1));
        });

    static bool IsUnicode(Mailbox mailbox) => !Ascii.IsValid(mailbox.LocalPart) || !Ascii.IsValid(mailbox.Domain);
}
