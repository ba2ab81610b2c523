using System.Net;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Rules;

/// <summary>Ann writes to Carol, sent by Bob, who is logged in.</summary>
sealed class Subject : IRuleSubject
{
    public IPAddress? RemoteIp { get; init; } = new([10, 1, 2, 3]);

    public string Sender { get; init; } = "Ann@Example.ORG";

    public string AuthenticatedAs { get; init; } = "bob@Example.org";

    public string Text(RuleVariable variable) => variable switch
    {
        RuleVariable.Listener => "smtp",
        RuleVariable.RemoteIp or RuleVariable.LocalIp => AddressText.Of(Address(variable)),
        RuleVariable.HeloDomain => "Client.Example.NET",
        RuleVariable.Login => "bob",
        RuleVariable.LoginDomain => "",
        RuleVariable.AuthenticatedAs => AuthenticatedAs,
        RuleVariable.Sender => Sender,
        RuleVariable.SenderDomain => "Example.ORG",
        RuleVariable.Rcpt => "carol@example.com",
        RuleVariable.RcptDomain => "example.com",
        RuleVariable.Mx => "mx1.example.com",
        _ => throw new ArgumentOutOfRangeException(nameof(variable)),
    };

    public IPAddress? Address(RuleVariable variable) => variable == RuleVariable.RemoteIp
        ? RemoteIp
        : new IPAddress([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x25]);

    public long Number(RuleVariable variable) => variable switch
    {
        RuleVariable.Size => 5000,
        RuleVariable.Priority => -2,
        _ => 1,
    };
}
