using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Imap;

namespace Posthouse.Remotes.Imap;

/// <summary>
/// Makes a connection ready for its first login: (1) dial, and the PROXY header where the host wants one, (2) implicit TLS, (3)
/// greeting, (4) STARTTLS, (5) capabilities, asked anew after TLS whatever was said before it.
/// </summary>
sealed class ImapEstablishment(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    readonly Endpoints _endpoints = new(host, dialler, time, logger);

    /// <summary>At the first endpoint that will have us.</summary>
    /// <param name="client">For whom alone it is made (PROXY protocol); null = for nobody in particular.</param>
    /// <param name="within">The time that the endpoints share.</param>
    /// <param name="deadline">Ends the whole of it.</param>
    public Task<ImapConnection> EstablishAsync(ClientIdentity? client, TimeSpan within, CancellationToken deadline) =>
        _endpoints.ReachAsync((line, turn) => EstablishAsync(line, client, turn), within, deadline);

    /// <summary>On a dialled line, which is closed where this fails.</summary>
    public async Task<ImapConnection> EstablishAsync(DialledLine line, ClientIdentity? client, CancellationToken deadline)
    {
        // 1.
        var connection = new ImapConnection(line, host, time);
        try
        {
            connection.Wire.Enter(deadline);
            await ProxyPreamble.SendAsync(connection, client);

            // 2.
            if (host.Tls.Implicit)
                await connection.EncryptAsync(deadline);

            line.Attempt.Begin(ConnectStep.Greeting);

            // 3. PREAUTH would make us somebody, and everything after it a success (RFC 9051 section 7.1.4).
            var greeting = await connection.ReadAsync("greeting", Allowance.Outer);
            line.Attempt.Greeting = $"{greeting.Kind} {greeting.Text}";
            if (greeting is not { Tag: null, Kind: ImapResponseKind.Ok })
                throw new HostUnavailableException($"greeting: {greeting.Kind} {greeting.Text}") { IsTurnedAway = greeting.Kind == ImapResponseKind.Bye };
            if (connection.Wire.HasUnasked)
                throw connection.Wire.Garbled("greeting: more came than a greeting");
            connection.TakeCapabilities(greeting);

            // 4.
            if (!host.Tls.Implicit && host.Tls.StartTls != StartTlsPolicy.Disable)
                await StartTlsAsync(connection, deadline);

            // 5.
            line.Attempt.Begin(ConnectStep.Hello);
            if (connection.Capabilities is null)
                await connection.AskCapabilitiesAsync(Allowance.Outer);
            if (connection.Capabilities is not ({ Imap4Rev1: true } or { Imap4Rev2: true }))
                throw new HostUnavailableException("capability: the host offers neither IMAP4rev1 nor IMAP4rev2", Blame.Definition);
            // The pool would throw it away and dial the next, which says the same, and so on.
            connection.Wire.RequireSilence("capability");
            line.Attempt.End();
            connection.Wire.End();
            return connection;
        }
        catch (Exception e)
        {
            connection.Wire.End();
            connection.Wire.Break(e.Message);
            connection.Wire.Dispose();
            throw;
        }
    }

    async Task StartTlsAsync(ImapConnection connection, CancellationToken deadline)
    {
        connection.Attempt.Begin(ConnectStep.Hello);
        if (connection.Capabilities is null)
            await connection.AskCapabilitiesAsync(Allowance.Outer);
        var refusal = "not offered by the host";
        if (connection.Capabilities is { StartTls: true })
        {
            var tag = connection.NextTag();
            var answer = await connection.CommandAsync(
                ImapCommandWriter.TryCommand(connection.Wire.Output, tag, "STARTTLS"), tag, "STARTTLS", Allowance.Outer);
            if (answer.Kind == ImapResponseKind.Ok)
            {
                connection.Capabilities = null;
                await connection.EncryptAsync(deadline);
                return;
            }
            if (answer.Kind == ImapResponseKind.Continuation)
                throw connection.Wire.Garbled("STARTTLS: a continuation request where none can stand");
            refusal = $"{answer.Kind} {answer.Text}";
        }
        if (host.Tls.StartTls == StartTlsPolicy.Require)
            throw new HostUnavailableException($"STARTTLS: {refusal}; {host.Name("tls.starttls")} is require", Blame.Definition);
        RemoteLog.StayedInClear(logger, host.Id);
    }
}
