using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Reports;

/// <summary>
/// What a report says of the end of a run: a host's own words as such, and ours as ours (RFC 3464 sections 2.3.5 and 2.3.6). A public host, which DNS names,
/// is named and quoted whole; one that the operator has defined goes by his name for it, and what it says is cut by <see cref="HostWords"/>.
/// </summary>
/// <param name="Words">For people: a sentence or more.</param>
/// <param name="Diagnostic">With its type.</param>
/// <param name="RemoteMta">Who has said it, with the type of the name; null where the words are ours.</param>
/// <param name="Status">Its enhanced code; null where it has none.</param>
sealed record LastWord(string Words, string Diagnostic, string? RemoteMta, EnhancedCode? Status)
{
    const int MaxWords = 300;

    /// <param name="outcome">How the run ended for a recipient.</param>
    /// <param name="hop">Where it went; null where it went nowhere.</param>
    /// <param name="domain">The recipient's.</param>
    internal static LastWord Of(Outcome outcome, string? hop, string domain)
    {
        var host = outcome.Exchanger;
        if (outcome.HostReply is not { } reply || !IsFit(outcome))
            return OfOurs(outcome);
        var said = Shorten($"{reply.Code}{(reply.Enhanced is { } status ? $" {status}" : "")} {(host is null ? HostWords.WithoutMachines(reply.Text, domain) : reply.Text)}".TrimEnd());
        return new LastWord(
            $"{(host is null ? "The next mail server" : $"The mail server {host}")} answered: {said}", $"smtp; {said}",
            host is not null ? $"dns; {host}" : hop is not null ? $"x-posthouse-hop; {hop}" : null, reply.Enhanced ?? outcome.Reply.Enhanced);
    }

    /// <summary>What the operator's own host says of the connection or of the login is for the operator.</summary>
    static bool IsFit(Outcome outcome) => outcome.Blame is Blame.Host or Blame.None || outcome is { Blame: Blame.Transport, Exchanger: not null };

    static LastWord OfOurs(Outcome outcome)
    {
        var words = outcome switch
        {
            // About the message or the recipient, and for its sender.
            { Blame: Blame.Host or Blame.None } => Sentence(Shorten(outcome.Reply.Text)),
            { Blame: Blame.Definition } => "This server cannot hand it on for a reason of its own.",
            { MaybeDelivered: true } => "The next mail server broke off before it answered.",
            { Reply.Enhanced: { Subject: 4, Detail: 3 } } => "The mail servers of this domain cannot be found at this time.",
            _ => "The next mail server cannot be reached, or takes no mail at this time.",
        };
        return new LastWord(words, $"x-posthouse; {words}", null, outcome.Reply.Enhanced);
    }

    static string Sentence(string text) => text.Length == 0 ? "No more is known." : $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text[^1] is '.' or '!' or '?' ? "" : ".")}";

    static string Shorten(string text) => text.Length <= MaxWords ? text : text[..(char.IsHighSurrogate(text[MaxWords - 1]) ? MaxWords - 1 : MaxWords)];
}
