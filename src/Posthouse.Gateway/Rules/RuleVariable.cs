namespace Posthouse.Gateway.Rules;

/// <summary>What a condition may ask about. When each is known: DIALECT §5.</summary>
public enum RuleVariable
{
    Listener,
    RemoteIp,
    LocalIp,
    IsTls,
    HeloDomain,
    Login,
    LoginDomain,
    AuthenticatedAs,
    Sender,
    SenderDomain,
    Size,
    Rcpt,
    RcptDomain,
    Priority,
    Mx,
}
