using System.Buffers;
using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Imap;

/// <summary>
/// One IMAP session up to the login and back: mailboxes are not served. (1) greet, (2) read a command, (3) count it, and let a
/// fault stand in, (4) do what the verb asks, the table in <see cref="AnswerAsync"/>, (5) respond; responses leave when the input
/// runs dry.
/// </summary>
sealed class ImapSession(SandboxConnection connection)
{
    const string PrivacyRequired = "NO [PRIVACYREQUIRED] TLS first";
    const string WrongState = "BAD Not in this state";

    readonly ImapConversation _conversation = new(connection);
    readonly ImapCommandReader _reader = new(connection);
    readonly SandboxHost _host = connection.Host;
    bool _loggedIn;
    bool _identified;

    bool NeedsTls => _host.Options.Tls == SandboxTls.StartTls && !connection.IsTls;

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
            await _conversation.RespondAsync("* BYE Line too long, or not ended by CRLF");
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
        if (faults.GreetingReply is { IsPositive: false } refusal)
        {
            await _conversation.RespondAsync($"* BYE {refusal.Text}");
            return false;
        }
        await _conversation.RespondAsync($"* OK [CAPABILITY {Capabilities()}] {faults.GreetingReply?.Text ?? $"{_host.Options.HostName} sandbox"}");
        return true;
    }

    async Task ServeAsync()
    {
        // 2.
        while (await _reader.ReadAsync() is { } read)
        {
            using var command = read;
            // 3.
            switch (await _conversation.HearAsync(command.Tag, command.Verb, command.Shown))
            {
                case FaultOutcome.Over:
                    return;
                case FaultOutcome.Answered:
                    continue;
            }
            // 4. and 5.
            if (command.Fault is { } fault)
            {
                await _conversation.RespondAsync($"{(command.Tag.Length > 0 ? command.Tag : "*")} BAD {fault}");
                if (command.IsLost)
                    return;
                continue;
            }
            if (await AnswerAsync(command) is not { } response)
                return;
            if (response.Length > 0)
                await _conversation.RespondAsync($"{command.Tag} {response}");
            if (command.Verb == "LOGOUT" && response.StartsWith("OK", StringComparison.Ordinal))
                return;
        }
    }

    /// <summary>The response without its tag; empty where it was given already; null where the session is over.</summary>
    async ValueTask<string?> AnswerAsync(ImapCommand command) => command.Verb switch
    {
        "AUTHENTICATE" when _loggedIn => WrongState,
        "AUTHENTICATE" when NeedsTls => PrivacyRequired,
        "AUTHENTICATE" => LoggedIn(await ImapLogin.RunAsync(_conversation, command)),
        "LOGIN" when _loggedIn => WrongState,
        "LOGIN" when NeedsTls => PrivacyRequired,
        "LOGIN" => LoggedIn(ImapLogin.Check(command, _host.Options.Accounts)),
        "ID" => Identified(command),
        _ when command.Arguments.Count > 0 => "BAD Not a command with these arguments",
        "CAPABILITY" => Untagged($"CAPABILITY {Capabilities()}", "OK CAPABILITY done"),
        "NOOP" => "OK NOOP done",
        "LOGOUT" => Untagged("BYE Bye", "OK LOGOUT done"),
        "STARTTLS" when !NeedsTls || _loggedIn => "BAD STARTTLS not offered",
        "STARTTLS" when _host.Faults.RefuseStartTls => "NO [UNAVAILABLE] TLS not available for now",
        "STARTTLS" => await TurnToTlsAsync(command.Tag) ? "" : null,
        "UNAUTHENTICATE" when !_host.Options.Unauthenticate => "BAD UNAUTHENTICATE not offered",
        "UNAUTHENTICATE" when !_loggedIn => WrongState,
        "UNAUTHENTICATE" => LoggedOut(),
        _ => "BAD Command not known",
    };

    // Only the first ID counts, as it does at Dovecot.
    string Identified(ImapCommand command)
    {
        if (!_identified)
            connection.Client = ImapClientId.Read(command.Arguments);
        _identified = true;
        return Untagged("ID (\"name\" \"sandbox\")", "OK ID done");
    }

    string? LoggedIn(string? response)
    {
        _loggedIn = response == ImapLogin.Accepted;
        return response;
    }

    string LoggedOut()
    {
        _loggedIn = false;
        return "OK UNAUTHENTICATE done";
    }

    string Untagged(string data, string response)
    {
        _conversation.Write($"* {data}");
        return response;
    }

    async ValueTask<bool> TurnToTlsAsync(string tag)
    {
        _conversation.Write($"{tag} OK Begin TLS now");
        if (_host.Faults.InjectAfterStartTls is { } octets)
            connection.Output.Write(octets);
        return await connection.StartTlsAsync();
    }

    string Capabilities()
    {
        var options = _host.Options;
        List<string> capabilities = ["IMAP4rev1", "IMAP4rev2", "LITERAL+", "ID"];
        if (options.SaslIr)
            capabilities.Add("SASL-IR");
        if (options.Unauthenticate)
            capabilities.Add("UNAUTHENTICATE");
        if (NeedsTls && !_host.Faults.HideStartTls)
            capabilities.Add("STARTTLS");
        if (NeedsTls)
            capabilities.Add("LOGINDISABLED");
        else if (options.OfferAuth && !_host.Faults.StripAuth)
            capabilities.AddRange(options.Mechanisms.Select(mechanism => $"AUTH={mechanism}"));
        capabilities.AddRange(options.Keywords);
        return string.Join(' ', capabilities);
    }
}
