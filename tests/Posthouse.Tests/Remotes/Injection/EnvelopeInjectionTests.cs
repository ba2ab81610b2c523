using System.Text;
using CsCheck;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Tests.Wire;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>For any envelope: the host sees exactly this one and its message, or nothing of it.</summary>
public class EnvelopeInjectionTests
{
    static readonly Gen<Mailbox?> Paths = Gen.OneOf(Gen.Const((Mailbox?)null), HostileValues.Mailboxes.Select(mailbox => (Mailbox?)mailbox));

    static readonly Gen<string?> OriginalRecipients = Gen.OneOf(
        Gen.Const((string?)null), HostileValues.Text.Select(text => (string?)text),
        Gen.Select(Pick.From("rfc822", "utf-8", "x400"), HostileValues.Text).Select((type, text) => (string?)$"{type};{text}"));

    static readonly Gen<RcptCommand> Recipients = Gen.Select(HostileValues.Mailboxes, OriginalRecipients, Gen.Bool).Select((mailbox, original, never) =>
        new RcptCommand { Mailbox = mailbox, OriginalRecipient = original, Notify = never ? DsnNotify.Never : DsnNotify.Unspecified });

    static readonly Gen<RelayRequest> Requests = Gen.Select(Paths, Gen.OneOf(Gen.Const((string?)null), HostileValues.Text.Select(text => (string?)text)), Recipients.Array[1, 3])
        .Select((path, id, recipients) =>
            new RelayRequest(new MailCommand { ReversePath = path, EnvelopeId = id }, recipients, new MemoryBody("a: b\r\n\r\nx\r\n"u8.ToArray())));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public Task An_envelope_reaches_the_host_as_it_is_or_not_at_all(bool pipelining, bool smtpUtf8) => RunAsync(pipelining, smtpUtf8, Played.Cases);

    [Fact(Explicit = true)]
    public Task A_million_envelopes_reach_the_host_as_they_are_or_not_at_all() => RunAsync(pipelining: true, smtpUtf8: true, Played.NightlyCases);

    static Task RunAsync(bool pipelining, bool smtpUtf8, int cases) => Played.SampleAsync(
        Requests, cases, RemoteProtocol.Smtp, () => new SmtpSink("EHLO", pipelining: pipelining, smtpUtf8: smtpUtf8, dsn: true), async (request, host, sink) =>
        {
            var result = await host.RelayAsync(request, SandboxedHost.Token);

            var isUnicode = IsUnicode(request.Mail.ReversePath) || request.Recipients.Any(recipient => IsUnicode(recipient.Mailbox));
            if (result.Outcomes[0].Disposition != Disposition.Delivered)
            {
                Assert.Empty(sink.Rest);
                Assert.All(result.Outcomes, outcome => Assert.Equal((Disposition.Permanent, Blame.Host), (outcome.Disposition, outcome.Blame)));
                Assert.False(IsOrdinary(request) && (!isUnicode || smtpUtf8), "an envelope like any other was not sent");
                return;
            }
            var expected = new List<string> { $"MAIL FROM:{Path(request.Mail.ReversePath)}{(isUnicode ? " SMTPUTF8" : "")}{Parameter("ENVID", request.Mail.EnvelopeId)}" };
            foreach (var recipient in request.Recipients)
            {
                // An original recipient in Unicode has no form for a transaction that is not.
                var isLost = !isUnicode && recipient.OriginalRecipient is { } original && original.StartsWith("utf-8;", StringComparison.OrdinalIgnoreCase);
                expected.Add($"RCPT TO:{Path(recipient.Mailbox)}{(recipient.Notify == DsnNotify.Never ? " NOTIFY=NEVER" : "")}"
                    + Parameter("ORCPT", isLost ? null : recipient.OriginalRecipient));
            }
            expected.Add("DATA of 3 lines");
            Assert.Equal(expected, await sink.TakeAsync(expected.Count));
        });

    static string Path(Mailbox? mailbox) => mailbox is null ? "<>" : SinkPath.Of(mailbox.LocalPart, mailbox.Domain);

    static string Parameter(string name, string? value) => value is null ? "" : $" {name}={StrictSink.Hex(value)}";

    static bool IsUnicode(Mailbox? mailbox) => mailbox is not null && (!Ascii.IsValid(mailbox.LocalPart) || !Ascii.IsValid(mailbox.Domain));

    static bool IsOrdinary(RelayRequest request) =>
        (request.Mail.EnvelopeId is not { } id || (HostileValues.IsOrdinary(id) && id.Length <= 100))
        && request.Recipients.All(recipient => recipient.OriginalRecipient is not { } original
            || (original.StartsWith("rfc822;", StringComparison.Ordinal) && HostileValues.IsOrdinary(original[7..]) && original.Length <= 100));
}
