// Checks a login at an IMAP server and a recipient at an LMTP server on this machine, then hands the latter a message.
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

if (args is not [var imap, var lmtp, var user] || Environment.GetEnvironmentVariable("SECRET") is not { } secret || !Mailbox.TryParse(user, out var mailbox))
{
    Console.Error.WriteLine("usage: SECRET=... RemoteHosts IMAP-PORT LMTP-PORT MAILBOX");
    return 2;
}
var (imapPort, lmtpPort) = (int.Parse(imap, CultureInfo.InvariantCulture), int.Parse(lmtp, CultureInfo.InvariantCulture));
var message = Encoding.ASCII.GetBytes($"From: {mailbox}\r\nTo: {mailbox}\r\nSubject: A sample\r\n\r\nHello.\r\n");

// <snippet>
// TLS from the first octet is the default. Here: STARTTLS where it is offered; without it a secret goes out to this machine alone.
var tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional };
var services = new ServiceCollection().AddRemoteHosts(
    new RemoteHostOptions { Id = "imap", Address = "localhost", Port = imapPort, Protocol = RemoteProtocol.Imap, Lookup = true, Tls = tls },
    new RemoteHostOptions { Id = "lmtp", Address = "localhost", Port = lmtpPort, Protocol = RemoteProtocol.Lmtp, Lookup = true, Tls = tls });
await using var provider = services.BuildServiceProvider();
var hosts = provider.GetRequiredService<RemoteHostRegistry>();

using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret));
var login = await hosts["imap"].AuthenticateAsync(credentials, CancellationToken.None);
var recipient = await hosts["lmtp"].VerifyRecipientAsync(mailbox, CancellationToken.None);
var relayed = await hosts["lmtp"].RelayAsync(
    new RelayRequest(new MailCommand { ReversePath = mailbox }, [new RcptCommand { Mailbox = mailbox }], MessageBody.FromMemory(message)),
    CancellationToken.None);
// </snippet>

Console.WriteLine($"login: {login.Kind} {login.Reason}".TrimEnd());
Console.WriteLine($"recipient: {recipient.Kind} {recipient.Reason}".TrimEnd());
Console.WriteLine($"message: {relayed.Outcomes[0].Disposition} {relayed.Outcomes[0].Reply}");
return login.Kind == AnswerKind.Yes && recipient.Kind == AnswerKind.Yes && relayed.Outcomes[0].Disposition == Disposition.Delivered ? 0 : 1;
