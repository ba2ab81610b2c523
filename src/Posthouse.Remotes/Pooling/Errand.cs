using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Pooling;

/// <summary>What a connection is wanted for.</summary>
/// <param name="Class">Its place among those who wait.</param>
/// <param name="Verb">What is asked, for metrics and traces: AUTH, RCPT, VRFY, EXPN, MAIL.</param>
/// <param name="Client">On whose behalf, where the host is to be told.</param>
/// <param name="IsCarrier">It waits on behalf of requests whose number is bounded elsewhere.</param>
readonly record struct Errand(RequestClass Class, string Verb, ClientIdentity? Client = null, bool IsCarrier = false)
{
    public static Errand Login(ClientIdentity? client) => new(RequestClass.Login, "AUTH", client);

    public static Errand Check { get; } = new(RequestClass.Check, "RCPT", IsCarrier: true);

    public static Errand Query(SmtpVerb verb) => new(RequestClass.Check, verb == SmtpVerb.Vrfy ? "VRFY" : "EXPN");

    public static Errand Relay(ClientIdentity? client) => new(RequestClass.Relay, "MAIL", client);
}
