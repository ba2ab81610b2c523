using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Sessions;

/// <summary>
/// jane:secret may log in; example.org is local and holds jane, joe, full@ and refused@; whoever asks about down@ or down.example hears nothing.
/// </summary>
sealed class FakeLookups : ILoginLookup, IRecipientLookup
{
    public List<string> Asked { get; } = [];

    /// <summary>On whose behalf the latest login was asked.</summary>
    public ClientIdentity? Client { get; private set; }

    /// <summary>What the latest login's secret was.</summary>
    public CredentialKind SecretKind { get; private set; }
    public string Domain { get; set; } = "example.org";
    public Reply Refusal { get; set; } = new(554, new EnhancedCode(5, 7, 1), "Account disabled on backend01.inside.example:24 [10.0.0.7], call us");

    public ValueTask<Answer> AuthenticateAsync(LookupLadder ladder, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken)
    {
        Client = client;
        SecretKind = credentials.Kind;
        Asked.Add($"login {credentials.UserName}:{Encoding.UTF8.GetString(credentials.Secret)}");
        return new(credentials.UserName == "down" ? Answer.Unavailable("host down")
            : credentials.UserName == "crowd" ? Answer.Unavailable("too many wait") with { IsLineFull = true }
            : Kind(credentials.UserName is "jane" or "jane@example.org" or "Jane.D@Example.ORG" && credentials.Secret.SequenceEqual("secret"u8)));
    }

    public ValueTask<Answer> HoldsDomainAsync(LookupLadder ladder, string domain, CancellationToken cancellationToken)
    {
        Asked.Add($"domain {domain}");
        return new(domain == "down.example" ? Answer.Unavailable("host down") : Kind(domain == Domain));
    }

    /// <summary>The remote that says yes.</summary>
    public string? FoundAt { get; set; }

    public ValueTask<RecipientAnswer> VerifyRecipientAsync(LookupLadder ladder, Mailbox mailbox, CancellationToken cancellationToken)
    {
        Asked.Add($"rcpt {mailbox}");
        var answer = mailbox.LocalPart switch
        {
            "jane" or "joe" => Kind(true),
            "full" => new Answer { Kind = AnswerKind.Full },
            "refused" => new Answer { Kind = AnswerKind.Refused, Reply = Refusal },
            "down" => Answer.Unavailable("host down"),
            "crowd" => Answer.Unavailable("too many wait") with { IsLineFull = true },
            _ => Kind(mailbox.LocalPart.StartsWith("user", StringComparison.Ordinal)),
        };
        return new(new RecipientAnswer(answer, answer.Kind == AnswerKind.Yes ? FoundAt : null));
    }

    public ValueTask<Answer> VerifyAsync(LookupLadder ladder, string query, CancellationToken cancellationToken) => Query("vrfy", query, ["Jane Doe <jane@example.org>"]);

    public ValueTask<Answer> ExpandAsync(LookupLadder ladder, string list, CancellationToken cancellationToken) => Query("expn", list, ["jane@example.org", "joe@example.org"]);

    ValueTask<Answer> Query(string verb, string text, string[] values)
    {
        Asked.Add($"{verb} {text}");
        return new(text == "down" ? Answer.Unavailable("host down") : Kind(text is "jane" or "staff") with { Values = values });
    }

    static Answer Kind(bool yes) => new() { Kind = yes ? AnswerKind.Yes : AnswerKind.No };
}
