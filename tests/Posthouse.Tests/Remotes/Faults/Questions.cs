using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>
/// Questions and their ends as words. <c>login jane tulip</c>, <c>token jane tulip</c>, <c>rcpt a@b c@b</c>, all at once, <c>vrfy a</c>, <c>expn a</c>,
/// <c>relay a@b c@b</c> and, with a body of several blocks, <c>relay-much a@b</c>, and the same step by step by <c>relay-live</c> and <c>relay-live-much</c>;
/// <c>yes</c>, <c>no</c>, …, and for each recipient of a message <c>delivered</c> or e.g. <c>temporary transport maybe</c>.
/// </summary>
static class Questions
{
    /// <summary>For a step of <c>relay-live</c>; its end has twice as long.</summary>
    public static readonly TimeSpan LivePatience = TimeSpan.FromSeconds(20);

    public const string Body = "Subject: x\r\n\r\nx\r\n";

    static readonly string Much = string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 200));

    public static async Task<(string End, string Reason)> AskAsync(RemoteHost host, string question)
    {
        var words = question.Split(' ');
        if (words[0].StartsWith("relay-live", StringComparison.Ordinal))
            return await RelayLiveAsync(host, words[0] == "relay-live" ? Body : Much, words[1..]);
        if (words[0].StartsWith("relay", StringComparison.Ordinal))
        {
            var request = SandboxedHost.Request(words[0] == "relay" ? Body : Much, words[1..]);
            var result = await host.RelayAsync(request, SandboxedHost.Token);
            return (string.Join(", ", result.Outcomes.Select(NameOf)), string.Join(" | ", result.Outcomes.Select(outcome => outcome.Reply)));
        }
        var answers = await Task.WhenAll(words[0] switch
        {
            "login" => [LogInAsync(host, words[1], words[2], CredentialKind.Password)],
            "token" => [LogInAsync(host, words[1], words[2], CredentialKind.BearerToken)],
            "rcpt" => words[1..].Select(word => host.VerifyRecipientAsync(SandboxedHost.MailboxOf(word), SandboxedHost.Token).AsTask()),
            "vrfy" => [host.VerifyAsync(words[1], SandboxedHost.Token).AsTask()],
            "expn" => [host.ExpandAsync(words[1], SandboxedHost.Token).AsTask()],
            _ => throw new ArgumentException(question, nameof(question)),
        });
        return (string.Join(", ", answers.Select(answer => answer.Kind.ToString().ToLowerInvariant())), ReasonOf(answers[^1]));
    }

    /// <summary>Ends without a word from the host that could be believed.</summary>
    public static bool IsUnavailable(string end) =>
        end.Contains("unavailable", StringComparison.Ordinal) || end.Contains("temporary transport", StringComparison.Ordinal)
        || end.Contains("temporary definition", StringComparison.Ordinal);

    static string ReasonOf(Answer answer) => answer.Reason.Length > 0 ? answer.Reason : answer.Reply?.ToString() ?? "";

    static async Task<(string End, string Reason)> RelayLiveAsync(RemoteHost host, string body, string[] recipients)
    {
        var request = SandboxedHost.Request(body, recipients);
        await using var relay = host.TryBeginRelay(request.Mail, LivePatience)!;
        var offers = new List<Answer>();
        foreach (var recipient in request.Recipients)
            offers.Add(await relay.OfferAsync(recipient, SandboxedHost.Token));
        for (var rest = Encoding.Latin1.GetBytes(body).AsMemory(); relay.Taken.Count > 0 && !rest.IsEmpty; rest = rest[Math.Min(rest.Length, 30_000)..])
        {
            if (!await relay.SendAsync(rest[..Math.Min(rest.Length, 30_000)], SandboxedHost.Token))
                break;
        }
        var outcomes = new Queue<Outcome>((await relay.EndAsync(LivePatience * 2, SandboxedHost.Token)).Outcomes);
        relay.Late?.GiveUp();
        var ends = offers.ConvertAll(offer => offer.Kind == AnswerKind.Yes ? OfOutcome(outcomes.Dequeue()) : (NameOfRefused(offer), ReasonOf(offer)));
        return (string.Join(", ", ends.Select(end => end.Item1)), string.Join(" | ", ends.Select(end => end.Item2)));
    }

    static (string, string) OfOutcome(Outcome outcome) => (NameOf(outcome), outcome.Reply.ToString());

    static string NameOfRefused(Answer offer) => offer switch
    {
        { Kind: AnswerKind.No or AnswerKind.Refused } => "permanent host",
        { Kind: AnswerKind.Full } or { Reply: { Code: not 421 } } => "temporary host",
        _ => "temporary transport",
    };

    static string NameOf(Outcome outcome) => outcome.Disposition == Disposition.Delivered
        ? "delivered"
        : $"{outcome.Disposition} {outcome.Blame}{(outcome.MaybeDelivered ? " maybe" : "")}".ToLowerInvariant();

    static async Task<Answer> LogInAsync(RemoteHost host, string user, string secret, CredentialKind kind)
    {
        using var credentials = new Credentials(user, Encoding.UTF8.GetBytes(secret), kind);
        return await host.AuthenticateAsync(credentials, SandboxedHost.Token);
    }
}
