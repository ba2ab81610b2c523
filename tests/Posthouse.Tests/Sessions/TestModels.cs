using System.Net.Security;
using System.Security.Authentication;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>A gateway that checks logins, domains and addresses, and never makes a client wait.</summary>
static class TestModels
{
    public static LookupLadder Ladder { get; } = new([new LookupTarget(LookupKind.Remote, "backend")]);

    public static TlsFacts Tls { get; } = new(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_256_GCM_SHA384);

    public static SessionModel Session { get; } = new()
    {
        Auth = new AuthModel { Mechanisms = Setting<IReadOnlyList<string>>.Of(["PLAIN", "LOGIN"]), Lookup = Ladder, ErrorsWait = TimeSpan.Zero },
        Rcpt = new RcptModel { Domains = Ladder, Addresses = Ladder, Vrfy = Ladder, Expn = Ladder, ErrorsWait = TimeSpan.Zero },
    };

    public static GatewayModel Gateway(SessionModel session, IReadOnlyDictionary<string, AddressList> lists, Setting<string> greeting) => new()
    {
        Server = new ServerModel("gw.example.org", greeting),
        Listeners = [],
        Session = session,
        Queue = new QueueModel(),
        Remotes = [],
        Lists = lists,
    };
}

/// <summary>A setting that is computed, as an if-block is; null = a lookup in it could not be answered.</summary>
sealed class Computed<T>(Func<IRuleSubject, T?> compute) : Setting<T>
{
    public override ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken) =>
        new(compute(subject) is { } value ? new Evaluation<T>(value) : Evaluation<T>.Unavailable("host down"));
}

/// <summary>The same for a truth value.</summary>
sealed class ComputedFlag(Func<IRuleSubject, bool?> compute) : Setting<bool>
{
    public override ValueTask<Evaluation<bool>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken) =>
        new(compute(subject) is { } value ? new Evaluation<bool>(value) : Evaluation<bool>.Unavailable("host down"));
}
