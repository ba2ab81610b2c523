using System.Text;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

namespace Posthouse.Integration.RealHosts;

/// <summary>How a real host is reached.</summary>
public enum Line
{
    ImplicitTls,
    StartTls,
    Clear,
}

/// <summary>A remote host of the library that is defined to be a real server, without a gateway between.</summary>
sealed class RealHost(RemoteHostOptions options, RemoteHostServices? services = null) : IAsyncDisposable
{
    public RemoteHost Host { get; } = new(options, services);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static RemoteHostOptions Options(RemoteProtocol protocol, int port, Line line) => new()
    {
        Id = "real",
        Address = "localhost",
        Port = port,
        Protocol = protocol,
        Lookup = true,
        HelloName = "gateway.example.org",
        Timeout = TimeSpan.FromSeconds(20),
        Breaker = new RemoteBreakerOptions { Cooldown = TimeSpan.FromMilliseconds(50) },
        Tls = new RemoteTlsOptions
        {
            Implicit = line == Line.ImplicitTls,
            AllowInvalidCerts = true,
            StartTls = line == Line.Clear ? StartTlsPolicy.Disable : StartTlsPolicy.Require,
        },
    };

    public static RemoteAuthOptions Auth(Account account) => new(account.Mailbox, account.Secret);

    public static Mailbox MailboxOf(string text) =>
        Mailbox.TryParse(text, out var mailbox) ? mailbox : throw new ArgumentException(text, nameof(text));

    public async Task<Answer> LogInAsync(Account account) => await LogInAsync(account.Mailbox, account.Secret);

    public async Task<Answer> LogInAsync(string user, string secret)
    {
        using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret));
        return await Host.AuthenticateAsync(credentials, Token);
    }

    public async Task<Answer> CheckAsync(string mailbox) => await Host.VerifyRecipientAsync(MailboxOf(mailbox), Token);

    /// <summary>Hands over a message and returns the outcome of each recipient.</summary>
    public async Task<IReadOnlyList<Outcome>> RelayAsync(byte[] message, params string[] recipients)
    {
        var request = new RelayRequest(
            new MailCommand { ReversePath = MailboxOf("ann@sender.example"), Body = BodyKind.EightBit },
            [.. recipients.Select(recipient => new RcptCommand { Mailbox = MailboxOf(recipient) })],
            new OctetBody(message));
        return (await Host.RelayAsync(request, Token)).Outcomes;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    sealed class OctetBody(byte[] octets) : IMessageBody
    {
        public long Length => octets.Length;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return octets;
        }
    }
}
