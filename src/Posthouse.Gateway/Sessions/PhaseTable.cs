using Posthouse.Gateway.Sessions.Verbs;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>What runs a verb. The argument is good until the session reads on.</summary>
delegate ValueTask<VerbResult> VerbHandler(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken);

/// <summary>Verb by phase: what is run, and what is out of sequence (503 5.5.1).</summary>
static class PhaseTable
{
    static readonly Reply Hello = Replies.HelloFirst;
    static readonly Reply Mail = Replies.MailFirst;
    static readonly Reply Open = Replies.TransactionOpen;
    static readonly Reply Chunk = Replies.ChunksOpen;
    const Reply? Run = null;

    static readonly Dictionary<SmtpVerb, Row> Rows = new()
    {
        //                                               Start  Ready  Mail   Rcpt   Chunks
        [SmtpVerb.Helo] = new(HelloVerb.HeloAsync,       [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Ehlo] = new(HelloVerb.EhloAsync,       [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Lhlo] = new(HelloVerb.LhloAsync,       [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.StartTls] = new(StartTlsVerb.RunAsync, [Hello, Run,   Run,   Run,   Chunk]),
        [SmtpVerb.Auth] = new(AuthVerb.RunAsync,         [Hello, Run,   Open,  Open,  Chunk]),
        [SmtpVerb.Mail] = new(MailVerb.RunAsync,         [Hello, Run,   Open,  Open,  Chunk]),
        [SmtpVerb.Rcpt] = new(RcptVerb.RunAsync,         [Hello, Mail,  Run,   Run,   Chunk]),
        [SmtpVerb.Data] = new(DataVerb.RunAsync,         [Hello, Mail,  Run,   Run,   Chunk]),
        // BDAT runs always: its octets follow unasked and must be taken off the stream.
        [SmtpVerb.Bdat] = new(BdatVerb.RunAsync,         [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Vrfy] = new(QueryVerbs.VrfyAsync,      [Run,   Run,   Run,   Run,   Chunk]),
        [SmtpVerb.Expn] = new(QueryVerbs.ExpnAsync,      [Run,   Run,   Run,   Run,   Chunk]),
        [SmtpVerb.Rset] = new(RsetVerb.RunAsync,         [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Noop] = new(PlainVerbs.NoopAsync,      [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Help] = new(PlainVerbs.HelpAsync,      [Run,   Run,   Run,   Run,   Run]),
        [SmtpVerb.Quit] = new(PlainVerbs.QuitAsync,      [Run,   Run,   Run,   Run,   Run]),
    };

    /// <summary>Runs the verb, or refuses it.</summary>
    public static ValueTask<VerbResult> RunAsync(SmtpVerb verb, SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!Rows.TryGetValue(verb, out var row))
            return new(Replies.UnknownCommand);
        return row.Cells[(int)session.Phase] is { } refusal ? new(refusal) : row.Handler(session, argument, cancellationToken);
    }

    /// <summary>One line of the table: a null cell runs the verb, any other is its refusal.</summary>
    readonly record struct Row(VerbHandler Handler, Reply?[] Cells);
}
