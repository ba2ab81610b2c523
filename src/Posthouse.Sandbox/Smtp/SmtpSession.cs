using System.Buffers;
using System.Text;
using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>
/// One SMTP or LMTP session. (1) greet, (2) read a line, (3) count it, and let a fault stand in, (4) do what the verb asks: the table in
/// <see cref="Answer"/>, and <see cref="ContinueAsync"/> for those that go on reading, (5) reply; replies leave when the input runs dry.
/// </summary>
sealed class SmtpSession(SandboxConnection connection)
{
    const EnvelopeExtensions Extensions =
        EnvelopeExtensions.Size | EnvelopeExtensions.EightBitMime | EnvelopeExtensions.SmtpUtf8 | EnvelopeExtensions.Dsn | EnvelopeExtensions.Auth;

    readonly SmtpConversation _conversation = new(connection);
    readonly SandboxHost _host = connection.Host;
    bool _helloDone;
    bool _loggedIn;
    SmtpTransaction? _transaction;

    bool IsLmtp => _host.Options.Protocol == SandboxProtocol.Lmtp;

    bool NeedsLogin => _host.Options.RequireAuth && !_loggedIn;

    public async Task RunAsync()
    {
        // 1.
        if (!await GreetAsync())
            return;
        try
        {
            await ServeAsync();
        }
        catch (InvalidDataException)
        {
            await _conversation.ReplyAsync(SmtpReplies.NotALine);
        }
    }

    async Task ServeAsync()
    {
        // 2.
        while (await _conversation.ReadLineAsync() is { } line)
        {
            // 3.
            var verb = CommandLine.Parse(line.Span).Verb;
            var masked = SmtpXClient.IsKnown(line.Span, _host.Options) ? null : Masked(verb, line.Span);
            switch (await _conversation.HearAsync(SmtpVerbs.Name(verb, line.Span), line.Span, masked))
            {
                case FaultOutcome.Over:
                    return;
                case FaultOutcome.Answered:
                    continue;
            }
            // 4. and 5.
            var reply = Answer(line.Span);
            if (reply is not null)
                await _conversation.ReplyAsync(reply);
            else if (!await ContinueAsync(verb, Encoding.UTF8.GetString(CommandLine.Parse(line.Span).Argument)))
                return;
            if (ReferenceEquals(reply, SmtpReplies.Bye))
                return;
        }
    }

    async ValueTask<bool> GreetAsync()
    {
        var faults = _host.Faults;
        if (faults.NoGreeting)
            return true;
        if (faults.RawGreeting is { } octets)
        {
            connection.Output.Write(octets);
            await connection.ReplyWrittenAsync();
            return true;
        }
        var greeting = faults.GreetingReply ?? Greeting();
        await _conversation.ReplyAsync(greeting);
        return greeting.IsPositive;
    }

    Reply Greeting() => new(220, null, $"{_host.Options.HostName} {(IsLmtp ? "LMTP" : "ESMTP")} sandbox");

    /// <summary>The verb's reply, or null where the verb goes on reading.</summary>
    Reply? Answer(ReadOnlySpan<byte> line)
    {
        var command = CommandLine.Parse(line);
        var argument = command.Argument;
        return command.Verb switch
        {
            SmtpVerb.Ehlo or SmtpVerb.Helo => IsLmtp ? SmtpReplies.Unknown : Hello(argument, command.Verb),
            SmtpVerb.Lhlo => IsLmtp ? Hello(argument, command.Verb) : SmtpReplies.Unknown,
            SmtpVerb.Noop => SmtpReplies.Ok,
            SmtpVerb.Help => SmtpReplies.Help,
            SmtpVerb.Rset => argument.IsEmpty ? Reset() : SmtpReplies.NoArgument,
            SmtpVerb.Quit => argument.IsEmpty ? SmtpReplies.Bye : SmtpReplies.NoArgument,
            SmtpVerb.Unknown => SmtpXClient.IsKnown(line, _host.Options) ? XClient(line) : SmtpReplies.Unknown,
            SmtpVerb.StartTls => StartTls(argument),
            SmtpVerb.Bdat => null,
            _ when !_helloDone => SmtpReplies.OutOfOrder,
            SmtpVerb.Auth => !_host.Options.OfferAuth || _loggedIn || _transaction is not null ? SmtpReplies.OutOfOrder : null,
            SmtpVerb.Mail => Mail(argument),
            SmtpVerb.Rcpt => Rcpt(argument),
            SmtpVerb.Vrfy => NeedsLogin ? SmtpReplies.LoginFirst : SmtpQueries.Verify(_host.Options.Accounts, argument),
            SmtpVerb.Expn => NeedsLogin ? SmtpReplies.LoginFirst : SmtpQueries.Expand(_host.Options.Accounts, argument),
            SmtpVerb.Data when !argument.IsEmpty => SmtpReplies.NoArgument,
            SmtpVerb.Data => _transaction is { IsChunked: false, Recipients.Count: > 0 } ? null : SmtpReplies.OutOfOrder,
            _ => SmtpReplies.Unknown,
        };
    }

    /// <summary>The verbs that read on. False: the session is over.</summary>
    async ValueTask<bool> ContinueAsync(SmtpVerb verb, string argument)
    {
        switch (verb)
        {
            case SmtpVerb.Auth:
                if (await SmtpLogin.RunAsync(_conversation, argument) is not { } verdict)
                    return false;
                if (ReferenceEquals(verdict, SmtpLogin.Answered))
                    return true;
                _loggedIn = verdict.IsPositive;
                await _conversation.ReplyAsync(verdict);
                return true;
            case SmtpVerb.StartTls:
                return await TurnToTlsAsync();
            case SmtpVerb.Data:
                await _conversation.ReplyAsync(SmtpReplies.StartInput);
                return await SmtpBody.ReadDataAsync(connection, _transaction!) is { } end && await EndMessageAsync(end);
            default:
                return await ChunkAsync(argument);
        }
    }

    Reply Hello(ReadOnlySpan<byte> argument, SmtpVerb verb)
    {
        if (!HelloName.TryParse(argument, out var name))
            return SmtpReplies.BadArgument;
        _helloDone = true;
        _transaction = null;
        var first = $"{_host.Options.HostName} greets {name}";
        return new Reply(250, null, verb == SmtpVerb.Helo ? [first] : [first, .. SmtpKeywords.For(_host, connection.IsTls)]);
    }

    Reply Reset()
    {
        _transaction = null;
        return SmtpReplies.Ok;
    }

    // The session begins anew, but for who the client is; one that came with a LOGIN is logged in, as it is at Postfix.
    Reply XClient(ReadOnlySpan<byte> line)
    {
        if (_transaction is not null)
            return SmtpReplies.OutOfOrder;
        if (SmtpXClient.Read(line, _host.Options, connection.Client) is not { } client)
            return SmtpReplies.BadArgument;
        connection.Client = client;
        _helloDone = false;
        _loggedIn = client.Login is not null;
        return Greeting();
    }

    Reply Mail(ReadOnlySpan<byte> argument)
    {
        if (_transaction is not null)
            return SmtpReplies.OutOfOrder;
        if (NeedsLogin)
            return SmtpReplies.LoginFirst;
        var offersRequireTls = connection.IsTls && _host.Options.Keywords.Contains("REQUIRETLS");
        if (!MailCommand.TryParse(argument, offersRequireTls ? Extensions | EnvelopeExtensions.RequireTls : Extensions, out var command, out var refusal))
            return refusal;
        if (command.Size > _host.Options.MaxMessageSize)
            return SmtpReplies.TooBig;
        _transaction = new SmtpTransaction(command, _host);
        return SmtpReplies.SenderOk;
    }

    Reply Rcpt(ReadOnlySpan<byte> argument)
    {
        if (_transaction is not { IsChunked: false } transaction)
            return SmtpReplies.OutOfOrder;
        return RcptCommand.TryParse(argument, Extensions, transaction.IsUtf8, out var command, out var refusal)
            ? transaction.AddRecipient(command)
            : refusal;
    }

    Reply? StartTls(ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty)
            return SmtpReplies.NoArgument;
        if (_host.Options.Tls != SandboxTls.StartTls || connection.IsTls)
            return SmtpReplies.OutOfOrder;
        return _host.Faults.RefuseStartTls ? SmtpReplies.NoTlsNow : null;
    }

    // RFC 3207 section 4.2: what was said in clear is forgotten.
    async ValueTask<bool> TurnToTlsAsync()
    {
        _conversation.Write(SmtpReplies.ReadyForTls);
        if (_host.Faults.InjectAfterStartTls is { } octets)
            connection.Output.Write(octets);
        _helloDone = false;
        _loggedIn = false;
        _transaction = null;
        return await connection.StartTlsAsync();
    }

    async ValueTask<bool> ChunkAsync(string argument)
    {
        if (!_host.Options.Chunking || !BdatCommand.TryParse(Encoding.UTF8.GetBytes(argument), out var chunk))
        {
            // Where the chunk ends is not known, so no later octet can be taken for a command.
            await _conversation.ReplyAsync(_host.Options.Chunking ? SmtpReplies.BadArgument : SmtpReplies.NotImplemented);
            return false;
        }
        var transaction = _transaction is { Recipients.Count: > 0 } ? _transaction : null;
        if (!await SmtpBody.ReadChunkAsync(connection, chunk.Length, transaction))
            return false;
        if (transaction is null)
        {
            await _conversation.ReplyAsync(SmtpReplies.OutOfOrder);
            return true;
        }
        transaction.IsChunked = true;
        if (chunk.IsLast)
            return await EndMessageAsync(transaction.Body.IsTooBig ? SmtpReplies.TooBig : SmtpReplies.Taken);
        await _conversation.ReplyAsync(new Reply(250, new EnhancedCode(2, 0, 0), $"{chunk.Length} octets received"));
        return true;
    }

    async ValueTask<bool> EndMessageAsync(Reply end)
    {
        var transaction = _transaction!;
        _transaction = null;
        return await SmtpVerdict.GiveAsync(_conversation, transaction, end, IsLmtp);
    }

    // The journal shows neither an initial response nor a line that may be a secret sent out of turn.
    static string? Masked(SmtpVerb verb, ReadOnlySpan<byte> line) => verb switch
    {
        SmtpVerb.Auth => SmtpMask.Auth(line),
        SmtpVerb.Unknown => $"(not a command, {line.Length} octets)",
        _ => null,
    };
}
