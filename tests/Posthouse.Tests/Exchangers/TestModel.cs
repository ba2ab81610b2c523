using System.Net;
using Posthouse.Gateway.Model;

namespace Posthouse.Tests.Exchangers;

/// <summary>A gateway of which delivery by MX sees no more than this.</summary>
static class TestModel
{
    internal const string HostName = "post.example";

    internal static GatewayModel Of(OutboundModel? outbound = null, params IPEndPoint[] listeners) => new()
    {
        Server = new ServerModel(HostName, "hello"),
        Listeners = [.. listeners.Select(bound => new ListenerModel { Id = "smtp", Protocol = ListenerProtocol.Smtp, Bind = [bound] })],
        Session = new SessionModel(),
        Queue = new QueueModel { Outbound = outbound ?? new OutboundModel() },
        Remotes = [],
        Lists = new Dictionary<string, AddressList>(),
    };
}
