using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>Every question that can be asked of one host, through its cache. What is known already costs no allocation.</summary>
/// <param name="host">Its definition.</param>
/// <param name="questions">Its protocol.</param>
/// <param name="desk">Cache and flights.</param>
/// <param name="proved">Told of an address that a login has shown to exist.</param>
sealed class HostLookups(RemoteHostOptions host, IHostQuestions questions, LookupDesk desk, Action<Mailbox> proved)
{
    static readonly Answer UnsoundLogin = new()
    {
        Kind = AnswerKind.No,
        Source = AnswerSource.Local,
        Reason = "the name or the secret is empty, too long or holds control octets",
    };

    readonly Answer _foreignLogin = new()
    {
        Kind = AnswerKind.No,
        Source = AnswerSource.Local,
        Reason = $"the name's domain is none of {host.Name("login.domains")}",
    };

    readonly LoginDigests _digests = new(host.Id);
    readonly LoginCrowd _crowd = new();

    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken)
    {
        if (!LoginShape.IsSound(credentials))
            return new ValueTask<Answer>(UnsoundLogin);
        if (!LoginNames.IsServed(credentials.UserName, host.Login.Domains))
            return new ValueTask<Answer>(_foreignLogin);
        var question = Question.Login(credentials.UserName, _digests.Of(credentials, host.ForwardClient == ForwardClient.Off ? null : client?.Address));
        var standing = desk.Look(question, out var known);
        return standing == Standing.Fresh
            ? new ValueTask<Answer>(known)
            : AskLogin(question, standing, known, credentials, client, cancellationToken);
    }

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        var question = Question.Recipient(mailbox);
        var standing = desk.Look(question, out var known);
        return standing == Standing.Fresh ? new ValueTask<Answer>(known) : AskRecipient(question, standing, known, mailbox, cancellationToken);
    }

    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken)
    {
        var question = Question.Verify(query);
        var standing = desk.Look(question, out var known);
        return standing == Standing.Fresh ? new ValueTask<Answer>(known) : AskQuery(question, standing, known, questions.VerifyAsync, cancellationToken);
    }

    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken)
    {
        var question = Question.Expand(list);
        var standing = desk.Look(question, out var known);
        return standing == Standing.Fresh ? new ValueTask<Answer>(known) : AskQuery(question, standing, known, questions.ExpandAsync, cancellationToken);
    }

    // These stand apart from their callers, since what a lambda captures is allocated where its method begins.
    ValueTask<Answer> AskRecipient(Question question, Standing standing, Answer known, Mailbox mailbox, CancellationToken cancellationToken) =>
        desk.GoOnAsync(question, standing, known, async flight => new(await questions.CheckAsync(mailbox, flight)), cancellationToken);

    ValueTask<Answer> AskQuery(
        Question question, Standing standing, Answer known, Func<string, CancellationToken, Task<Answer>> ask, CancellationToken cancellationToken) =>
        desk.GoOnAsync(question, standing, known, async flight => new(await ask(question.Key.Name, flight)), cancellationToken);

    ValueTask<Answer> AskLogin(
        Question question, Standing standing, Answer known, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        desk.GoOnAsync(question, standing, known, async flight =>
        {
            // The flight may outlive its first caller, who then wipes the credentials: it makes a copy, which it does before that
            // caller waits, and wipes it.
            using var own = new Credentials(LoginNames.Rewrite(credentials.UserName, host.Login.Rewrite), credentials.Secret, credentials.Kind);
            using var place = _crowd.Enter(question.Key.Name);
            if (place is null)
                return new LoginVerdict(LoginCrowd.Full);
            var verdict = await questions.LogInAsync(own, client, flight);
            if (verdict.Answer.Kind != AnswerKind.Yes)
                return verdict;
            if (Mailbox.TryParse(question.Key.Name, out var mailbox))
                proved(mailbox);
            return verdict with { Expiry = TokenExpiry.Of(own) };
        }, cancellationToken);
}
