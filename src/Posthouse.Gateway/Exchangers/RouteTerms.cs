using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Exchangers;

/// <summary>The settings that decide on a route. Compared by value: recipients of equal terms go the same way.</summary>
/// <param name="HostName">Our own name in EHLO.</param>
/// <param name="Strategy">Which addresses serve.</param>
/// <param name="MaxHosts">Hosts to be tried.</param>
/// <param name="MaxAddresses">Addresses to be tried of each.</param>
readonly record struct RouteTerms(string HostName, IpStrategy Strategy, int MaxHosts, int MaxAddresses)
{
    public static async ValueTask<Evaluation<RouteTerms>> EvaluateAsync(GatewayModel model, IRuleSubject subject, CancellationToken cancellationToken)
    {
        var outbound = model.Queue.Outbound;
        var settings = new OutboundReading(subject, cancellationToken);
        return settings.Whole(new RouteTerms(
            await settings.ReadAsync(outbound.HostName, "hostname") ?? model.Server.HostName,
            await settings.ReadAsync(outbound.IpStrategy, "ip-strategy"),
            await settings.ReadAsync(outbound.MaxExchangers, "limits.mx"),
            await settings.ReadAsync(outbound.MaxAddresses, "limits.multihomed")));
    }
}
