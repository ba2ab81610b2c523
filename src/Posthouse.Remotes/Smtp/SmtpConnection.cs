using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// A connection that speaks SMTP or LMTP, two dialects of one conversation: commands out, replies in, matched by order alone.
/// </summary>
sealed class SmtpConnection(DialledLine line, RemoteHostOptions host, ConnectionKind kind, ChunkingTrust chunking, TimeProvider time)
    : HostConnection(line, host, kind, time)
{
    readonly ReplyReader _replies = new();
    int _transactions;

    public bool IsLmtp => Host.Protocol == RemoteProtocol.Lmtp;

    /// <summary>What the host offered after its last hello; nothing before, and nothing from before TLS.</summary>
    public ServerExtensions Extensions { get; set; } = new();

    /// <summary>What it has told of a client by XCLIENT, the latest; empty = it speaks for nobody.</summary>
    public IReadOnlyList<XClientField> Announced { get; set; } = [];

    /// <summary>What is thought of the host's BDAT, over all its connections.</summary>
    public ChunkingTrust Chunking => chunking;

    /// <summary>Whether a body goes by BDAT.</summary>
    public bool TakesChunks => Extensions.Chunking && chunking.IsKept;

    public Allowance LookupAllowance => new(Host, "timeouts.command", Host.Timeouts.LookupCommand);

    public Allowance RelayAllowance => new(Host, "timeouts.command", Host.Timeouts.RelayCommand);

    public Allowance MailAllowance => Host.Timeouts.Mail is { } own ? new(Host, "timeouts.mail-from", own) : RelayAllowance;

    public Allowance RecipientAllowance => Host.Timeouts.Recipient is { } own ? new(Host, "timeouts.rcpt-to", own) : RelayAllowance;

    /// <summary>A step on the way to the first request, which has the time of the whole where it has none of its own.</summary>
    public Allowance StepAllowance(string key, TimeSpan? own) => own is { } time ? new(Host, key, time) : Allowance.Outer;

    /// <summary>Sends a command that was written to <see cref="HostStream.Output"/> and reads its reply.</summary>
    /// <param name="written">What the writer answered; false is a bug, since the arguments were checked before.</param>
    /// <param name="step">What is being done, for a message.</param>
    /// <param name="allowance">Time for the whole reply.</param>
    public async ValueTask<Reply> CommandAsync(bool written, string step, Allowance allowance)
    {
        if (!written)
            throw Wire.Garbled($"{step}: an argument that cannot be written");
        Wire.RequireSilence(step);
        await Wire.FlushAsync(allowance, step);
        return await ReadReplyAsync(step, allowance);
    }

    /// <summary>
    /// Reads the next reply. 421 at any point means that the host closes (RFC 5321 section 3.8), so it ends the connection
    /// here.
    /// </summary>
    public async ValueTask<Reply> ReadReplyAsync(string step, Allowance allowance)
    {
        var since = Wire.Timestamp;
        while (true)
        {
            var read = await Wire.ReadAsync(Wire.Left(allowance, since), step);
            var buffer = read.Buffer;
            _replies.TakesText = IsSayingLogin ? SmtpSasl.IsQuoted : null;
            var status = _replies.Read(ref buffer, out var reply);
            if (status == ReplyStatus.Invalid)
            {
                var got = IsSayingLogin ? Withheld : _replies.Fault;
                throw Wire.Garbled($"{step}: expected a reply of {Host.Name("protocol")} {(IsLmtp ? "lmtp" : "smtp")}, got {got}");
            }
            Wire.Advance(read, buffer.Start, status == ReplyStatus.NeedMore, step);
            if (status == ReplyStatus.NeedMore)
                continue;
            if (reply.Code != 421)
                return reply;
            if (IsSayingLogin)
                reply = new Reply(reply.Code, reply.Enhanced, Withheld);
            Wire.Break($"{step}: {reply}");
            throw new ConnectionLostException($"{step}: {reply}", reply);
        }
    }

    /// <summary>Ends whatever transaction is open, so that the next request begins afresh.</summary>
    public async ValueTask ResetAsync(Allowance allowance)
    {
        var reply = await CommandAsync(SmtpCommandWriter.TryVerb(Wire.Output, SmtpVerb.Rset), "RSET", allowance.AtMost(TimeSpan.FromSeconds(20)));
        CheckReset(reply);
    }

    /// <summary>
    /// The same where all outcomes are known already, so that a host that fails here costs its connection and nothing else. Begins and ends a
    /// request of its own.
    /// </summary>
    public async Task LeaveTransactionAsync(Allowance allowance, CancellationToken cancellationToken)
    {
        try
        {
            BeginRequest(cancellationToken, count: 0);
            await ResetAsync(allowance);
            EndRequest();
        }
        catch (Exception e) when (e is HostUnavailableException or OperationCanceledException)
        {
            Wire.Break($"RSET: {e.Message}");
        }
    }

    /// <summary>A MAIL is about to leave. After as many as the host serves on a connection (RFC 9422, MAILMAX) it serves no more.</summary>
    public void CountTransaction()
    {
        if (++_transactions >= Extensions.MailMax)
            Retire();
    }

    /// <summary>503 means that the host forgot our hello or our login, as a pooled connection may find; a fresh one may be asked.</summary>
    public void RequireMemory(Reply reply, string step)
    {
        if (reply.Code != 503 || !IsPooled)
            return;
        Wire.Break($"{step}: {reply}");
        throw new ConnectionLostException($"{step}: {reply}", reply);
    }

    public void CheckReset(Reply reply)
    {
        if (!reply.IsPositive)
            Wire.Break($"RSET: {reply}");
    }

    protected override async Task SayFarewellAsync()
    {
        await CommandAsync(SmtpCommandWriter.TryVerb(Wire.Output, SmtpVerb.Quit), "QUIT", Allowance.Outer);
        await Wire.ReadToEndAsync(Allowance.Outer, "QUIT");
    }
}
