using System.Text;
using System.Text.Unicode;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>VRFY and EXPN (RFC 5321 section 3.5), answered where their setting yields a lookup.</summary>
static class QueryVerbs
{
    delegate ValueTask<Answer> Question(LookupLadder ladder, string text, CancellationToken cancellationToken);

    public static ValueTask<VerbResult> VrfyAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        RunAsync(session, argument, session.Model.Session.Rcpt.Vrfy, session.Services.Recipients.VerifyAsync, cancellationToken);

    public static ValueTask<VerbResult> ExpnAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        RunAsync(session, argument, session.Model.Session.Rcpt.Expn, session.Services.Recipients.ExpandAsync, cancellationToken);

    static async ValueTask<VerbResult> RunAsync(
        SessionState session, ReadOnlyMemory<byte> argument, Setting<LookupLadder> setting, Question ask, CancellationToken cancellationToken)
    {
        if (argument.IsEmpty || !Utf8.IsValid(argument.Span))
            return Replies.BadArgument;
        var settings = new SettingReader(session, cancellationToken);
        var ladder = await settings.GetAsync(setting).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Replies.QueryUnavailable;
        if (ladder.IsNone)
            return Replies.QueryOff;
        var answer = await ask(ladder, Encoding.UTF8.GetString(argument.Span), cancellationToken).ConfigureAwait(false);
        return answer.Kind switch
        {
            AnswerKind.Yes => Replies.Values(answer.Values),
            AnswerKind.No => Replies.UnknownRecipient,
            _ => Replies.QueryUnavailable,
        };
    }
}
