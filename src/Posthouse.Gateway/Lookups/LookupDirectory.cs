using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary>
/// Answers sessions and rules by the lists of their own configuration and the remotes of the moment, which are found by name at each question, so that
/// it can be made before a configuration is loaded and outlives a reload. A ladder is asked from its first rung on, and only a <i>no</i> goes on to the next.
/// </summary>
public sealed class LookupDirectory : ILoginLookup, IRecipientLookup
{
    static readonly Answer No = new() { Kind = AnswerKind.No, Source = AnswerSource.Local };

    // Half the processors at most, so that logins never hold up mail.
    readonly SlowChecks _slowChecks = new(Math.Max(1, Environment.ProcessorCount / 2));
    volatile Func<LookupTarget, ILookup?> _find = static _ => null;

    /// <summary>Before <see cref="Use"/> every lookup is unavailable.</summary>
    public LookupDirectory()
    {
    }

    internal LookupDirectory(Func<LookupTarget, ILookup?> find) => _find = find;

    /// <summary>The remotes that are asked.</summary>
    public void Use(RemoteHostRegistry remotes) =>
        // Whether it may be asked, the remote says itself.
        _find = target => target.Kind == LookupKind.Remote && remotes.TryGet(target.Id, out var host) ? new RemoteLookup(remotes, host) : null;

    /// <summary>What <c>in-list</c> asks.</summary>
    public IMembership Membership(LookupTarget target) => new LookupMembership(this, target);

    internal ILookup Find(LookupTarget target) => target.List is { } list ? new ListLookup(list, _slowChecks) : _find(target) ?? new MissingLookup(target);

    /// <inheritdoc/>
    public ValueTask<Answer> AuthenticateAsync(
        LookupLadder ladder, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        ClimbAsync(ladder, (credentials, client), static (lookup, question, token) => lookup.AuthenticateAsync(question.credentials, question.client, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Answer> HoldsDomainAsync(LookupLadder ladder, string domain, CancellationToken cancellationToken) =>
        ClimbAsync(ladder, domain, static (lookup, question, token) => lookup.HoldsDomainAsync(question, token), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<RecipientAnswer> VerifyRecipientAsync(LookupLadder ladder, Mailbox mailbox, CancellationToken cancellationToken)
    {
        var rung = default(LookupTarget);
        var answer = No;
        for (var i = 0; i < ladder.Targets.Count && answer.Kind == AnswerKind.No; i++)
        {
            rung = ladder.Targets[i];
            answer = await Find(rung).VerifyRecipientAsync(mailbox, cancellationToken).ConfigureAwait(false);
        }
        return new(answer, answer.Kind == AnswerKind.Yes && rung.Kind == LookupKind.Remote ? rung.Id : null);
    }

    /// <inheritdoc/>
    public ValueTask<Answer> VerifyAsync(LookupLadder ladder, string query, CancellationToken cancellationToken) =>
        ClimbAsync(ladder, query, static (lookup, question, token) => lookup.VerifyAsync(question, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Answer> ExpandAsync(LookupLadder ladder, string list, CancellationToken cancellationToken) =>
        ClimbAsync(ladder, list, static (lookup, question, token) => lookup.ExpandAsync(question, token), cancellationToken);

    async ValueTask<Answer> ClimbAsync<T>(
        LookupLadder ladder, T question, Func<ILookup, T, CancellationToken, ValueTask<Answer>> ask, CancellationToken cancellationToken)
    {
        var answer = No;
        foreach (var target in ladder.Targets)
        {
            answer = await ask(Find(target), question, cancellationToken).ConfigureAwait(false);
            if (answer.Kind != AnswerKind.No)
                break;
        }

        return answer;
    }
}
