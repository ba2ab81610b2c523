using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>Every question that can be asked of one host, through its cache.</summary>
sealed class HostLookups(RemoteHostOptions host, IHostQuestions questions, AnswerCache cache, UnavailableLog unavailable)
{
    static readonly Answer UnsoundLogin = new()
    {
        Kind = AnswerKind.No,
        Source = AnswerSource.Local,
        Reason = "the name or the secret is empty, too long or holds control octets",
    };

    readonly LookupDesk _desk = new(host, cache, unavailable);
    readonly LoginDigests _digests = new(host.Id);

    public long Hits => _desk.Hits;

    public long Misses => _desk.Misses;

    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (!LoginShape.IsSound(credentials))
            return new ValueTask<Answer>(UnsoundLogin);
        var question = Question.Login(credentials.UserName, _digests.Of(credentials));
        return _desk.TryAnswer(question, out var known)
            ? new ValueTask<Answer>(known)
            : new ValueTask<Answer>(AskLoginAsync(question, credentials, cancellationToken));
    }

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        var question = Question.Recipient(mailbox);
        return _desk.TryAnswer(question, out var known)
            ? new ValueTask<Answer>(known)
            : new ValueTask<Answer>(_desk.AskAsync(question, async flight => new(await questions.CheckAsync(mailbox, flight)), cancellationToken));
    }

    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken)
    {
        var question = Question.Verify(query);
        return _desk.TryAnswer(question, out var known)
            ? new ValueTask<Answer>(known)
            : new ValueTask<Answer>(_desk.AskAsync(question, async flight => new(await questions.VerifyAsync(query, flight)), cancellationToken));
    }

    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken)
    {
        var question = Question.Expand(list);
        return _desk.TryAnswer(question, out var known)
            ? new ValueTask<Answer>(known)
            : new ValueTask<Answer>(_desk.AskAsync(question, async flight => new(await questions.ExpandAsync(list, flight)), cancellationToken));
    }

    /// <summary>The host has just taken mail for it, whatever it said before.</summary>
    public void RecipientTookMail(Mailbox mailbox) => cache.ForgetNo(Question.Recipient(mailbox));

    // The flight may outlive its first caller, who then wipes the credentials: it holds a copy and wipes that.
    async Task<Answer> AskLoginAsync(Question question, Credentials credentials, CancellationToken cancellationToken)
    {
        Credentials? copy = credentials.Copy();
        try
        {
            return await _desk.AskAsync(question, async flight =>
            {
                using var own = Interlocked.Exchange(ref copy, null)!;
                return await questions.LogInAsync(own, flight);
            }, cancellationToken);
        }
        finally
        {
            // Another caller's flight answered.
            Interlocked.Exchange(ref copy, null)?.Dispose();
        }
    }
}
