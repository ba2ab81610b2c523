using System.Net;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions.Channel;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Sessions;

/// <summary>What a session knows at a moment; what rules may ask about.</summary>
sealed class SessionState(ClientConnection connection, GatewayModel model, SessionServices services, SessionTransport transport) : IRuleSubject
{
    readonly string _remoteIp = AddressText.Of(connection.RemoteIp);
    readonly string _localIp = AddressText.Of(connection.LocalIp);
    string _loginDomain = "";

    public ClientConnection Connection => connection;
    public GatewayModel Model => model;
    public SessionServices Services => services;
    public SessionTransport Transport => transport;
    public CommandReader Commands { get; } = new(transport);

    public bool IsLmtp { get; } = connection.Listener.Protocol == ListenerProtocol.Lmtp;
    public bool IsLoopback { get; } = IPAddress.IsLoopback(connection.RemoteIp);

    public Phase Phase { get; set; }

    /// <summary>The phase without EHLO: <see cref="Phase.Start"/>, or <see cref="Phase.Ready"/> where none is asked for.</summary>
    public Phase FirstPhase { get; set; }

    public string HeloDomain { get; set; } = "";

    /// <summary>Whether the name came with EHLO or LHLO rather than HELO.</summary>
    public bool IsExtended { get; set; } = true;

    /// <summary>What EHLO or LHLO announced; <see cref="Sessions.Offer.None"/> before it and after HELO.</summary>
    public Offer Offer { get; set; } = Offer.None;

    public TlsFacts? Tls { get; set; } = connection.Tls;

    /// <summary>TLS begun by STARTTLS; the session closes it.</summary>
    public ISecuredTransport? OwnTls { get; set; }

    /// <summary>The user name of the AUTH exchange at hand.</summary>
    public string Login
    {
        get;
        set
        {
            field = value;
            _loginDomain = DomainOf(value);
        }
    } = "";

    /// <summary>Whether a setting has asked for the login since this was set to false.</summary>
    public bool LoginWasAsked { get; set; }

    public string AuthenticatedAs { get; set; } = "";
    public bool IsAuthenticated => AuthenticatedAs.Length > 0;

    /// <summary>Its place in the throttles that count sessions; given back at its end.</summary>
    public ThrottleHold Place { get; set; } = ThrottleHold.Nothing;

    public Transaction? Transaction { get; set; }

    public int Messages { get; set; }
    public int AuthErrors { get; set; }
    public int RcptErrors { get; set; }

    /// <summary>Forgets the transaction, if there is one.</summary>
    public async ValueTask ResetAsync()
    {
        if (Phase is not Phase.Start)
            Phase = Phase.Ready;
        if (Transaction is { } transaction)
        {
            Transaction = null;
            await transaction.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes a client wait, as long as nothing else ends the session first.</summary>
    public async ValueTask PauseAsync(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
            return;
        await transport.FlushAsync().ConfigureAwait(false);
        await Task.Delay(wait, services.Time, transport.Deadline.BetweenCommands).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public MessageOrigin Origin() => new()
    {
        Listener = connection.Listener.Id,
        RemoteIp = connection.RemoteIp,
        LocalIp = connection.LocalIp,
        RemotePort = connection.RemotePort,
        LocalPort = connection.LocalPort,
        IsExtended = IsExtended,
        IsTls = Tls is not null,
        HeloDomain = HeloDomain,
        AuthenticatedAs = AuthenticatedAs,
        Received = services.Time.GetUtcNow(),
    };

    /// <summary>The client as a host may be told of it.</summary>
    public ClientIdentity? Client() => Origin().Client();

    public string Text(RuleVariable variable)
    {
        switch (variable)
        {
            case RuleVariable.Listener:
                return connection.Listener.Id;
            case RuleVariable.RemoteIp:
                return _remoteIp;
            case RuleVariable.LocalIp:
                return _localIp;
            case RuleVariable.HeloDomain:
                return HeloDomain;
            case RuleVariable.Login:
                LoginWasAsked = true;
                return Login;
            case RuleVariable.LoginDomain:
                LoginWasAsked = true;
                return _loginDomain;
            case RuleVariable.AuthenticatedAs:
                return AuthenticatedAs;
            case RuleVariable.Sender:
                return Transaction?.Sender ?? "";
            case RuleVariable.SenderDomain:
                return Transaction?.Mail.ReversePath?.Domain ?? "";
            default:
                return "";
        }
    }

    public IPAddress? Address(RuleVariable variable) => variable switch
    {
        RuleVariable.RemoteIp => connection.RemoteIp,
        RuleVariable.LocalIp => connection.LocalIp,
        _ => null,
    };

    public long Number(RuleVariable variable) => variable switch
    {
        RuleVariable.IsTls => Tls is null ? 0 : 1,
        RuleVariable.Size => Transaction?.Mail.Size ?? 0,
        _ => 0,
    };

    static string DomainOf(string login) => login[(login.LastIndexOf('@') + 1)..] is var domain && domain.Length < login.Length ? domain.ToLowerInvariant() : "";
}
