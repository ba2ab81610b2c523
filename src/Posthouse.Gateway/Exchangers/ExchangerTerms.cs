using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Exchangers;

/// <summary>How a destination is spoken to, by the settings that may ask about <c>mx</c>.</summary>
sealed class ExchangerTerms(Func<GatewayModel> model, MxSurroundings surroundings)
{
    public async ValueTask<Evaluation<MailExchangerOptions>> EvaluateAsync(
        Destination destination, string helloName, IRuleSubject recipient, CancellationToken cancellationToken)
    {
        var outbound = model().Queue.Outbound;
        var settings = new OutboundReading(new MxSubject(recipient, destination.Host), cancellationToken);
        var timeouts = outbound.Timeouts;
        var sources = await settings.ReadAsync(outbound.Sources, "source-ip") ?? [];
        var ofFamily = destination.Address.AddressFamily == AddressFamily.InterNetwork
            ? await settings.ReadAsync(outbound.SourcesV4, "source-ip.v4")
            : await settings.ReadAsync(outbound.SourcesV6, "source-ip.v6");
        return settings.Whole(new MailExchangerOptions
        {
            Name = destination.Host,
            Address = destination.Address,
            Port = surroundings.Port,
            HelloName = helloName,
            Source = Source([.. sources, .. ofFamily ?? []], destination.Address),
            StartTls = await settings.ReadAsync(outbound.StartTls, "tls.starttls"),
            Authorities = surroundings.Authorities,
            Concurrency = ExchangerHosts.ConnectionsEach,
            Timeouts = new MailExchangerTimeouts
            {
                Connect = await settings.ReadAsync(timeouts.Connect, "timeouts.connect"),
                Greeting = await settings.ReadAsync(timeouts.Greeting, "timeouts.greeting"),
                Tls = await settings.ReadAsync(timeouts.Tls, "timeouts.tls"),
                Hello = await settings.ReadAsync(timeouts.Hello, "timeouts.ehlo"),
                Mail = await settings.ReadAsync(timeouts.Mail, "timeouts.mail-from"),
                Recipient = await settings.ReadAsync(timeouts.Recipient, "timeouts.rcpt-to"),
                Data = await settings.ReadAsync(timeouts.Data, "timeouts.data"),
            },
        });
    }

    /// <summary>One of ours for each of theirs, always the same, so that connections are found again.</summary>
    static IPAddress? Source(IReadOnlyList<IPAddress> sources, IPAddress destination)
    {
        var usable = sources.Where(source => source.AddressFamily == destination.AddressFamily).ToArray();
        return usable.Length == 0 ? null : usable[(uint)destination.GetHashCode() % (uint)usable.Length];
    }
}
