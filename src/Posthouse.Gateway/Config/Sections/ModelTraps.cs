using System.Net;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Settings that are allowed and seldom meant, and that only show together.</summary>
static class ModelTraps
{
    public static void Warn(TomlTable root, GatewayModel model, ReadScope scope)
    {
        WarnOfOpenRelay(root, model, scope);
        if (root.Find("queue.delivery") is { } delivery && model.Queue.Throttles.Count > 0 && model.Queue.Delivery.Values.Contains(DeliveryMode.CutThrough))
        {
            scope.Findings.Warn(
                delivery, "cut-through is off beside [[queue.throttle]], which counts what is delivered from the queue: every message is queued first");
        }
    }

    /// <summary>Of the listeners that the network reaches: where a client that is nobody in particular may surely relay.</summary>
    static void WarnOfOpenRelay(TomlTable root, GatewayModel model, ReadScope scope)
    {
        if (root.Find("session.rcpt.relay") is not { } relay)
            return;
        var (session, rcpt) = (model.Session, model.Session.Rcpt);
        var open = model.Listeners.Where(listener => IsReached(listener) && IsOpenTo(new Supposition(
            (RuleVariable.Listener, listener.Id), (RuleVariable.AuthenticatedAs, "")))).Select(listener => ConfigFindings.Quoted(listener.Id)).ToList();
        if (open.Count > 0)
        {
            scope.Findings.Warn(relay, $"is true for everybody at listener {string.Join(", ", open)}: an open relay, which spammers soon find. "
                + "Ask for authenticated-as or remote-ip, set session.auth.require, or bind to loopback");
        }

        bool IsOpenTo(Supposition stranger) =>
            rcpt.Relay.TryDecide(stranger, out var isRelayed) && isRelayed
            && session.Auth.Require.TryDecide(stranger, out var isRequired) && !isRequired
            // With addresses alone every recipient is looked up, and relay is never asked.
            && !(rcpt.Domains.TryDecide(stranger, out var domains) && domains.IsNone && rcpt.Addresses.Values.Any(static ladder => !ladder.IsNone));
    }

    static bool IsReached(ListenerModel listener) =>
        listener.Protocol != ListenerProtocol.Http && listener.Bind.Any(static endPoint => !IPAddress.IsLoopback(endPoint.Address));
}
