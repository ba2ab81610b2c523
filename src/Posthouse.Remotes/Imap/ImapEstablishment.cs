using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Imap;

namespace Posthouse.Remotes.Imap;

/// <summary>
/// Makes a connection ready for its first login: (1) dial, (2) implicit TLS, (3) greeting, (4) STARTTLS, (5) capabilities, asked
/// anew after TLS whatever was said before it.
/// </summary>
sealed class ImapEstablishment(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    /// <param name="deadline">Ends the whole of it.</param>
    public async Task<ImapConnection> EstablishAsync(CancellationToken deadline)
    {
        // 1.
        var connection = new ImapConnection(await dialler.DialAsync(host, deadline), host, time);
        try
        {
            connection.Wire.Enter(deadline);

            // 2.
            if (host.Tls.Implicit)
                await connection.EncryptAsync(deadline);

            // 3. PREAUTH would make us somebody, and everything after it a success (RFC 9051 section 7.1.4).
            var greeting = await connection.ReadAsync("greeting", Allowance.Outer);
            if (greeting is not { Tag: null, Kind: ImapResponseKind.Ok })
                throw new HostUnavailableException($"greeting: {greeting.Kind} {greeting.Text}");
            if (connection.Wire.HasUnasked)
                throw connection.Wire.Garbled("greeting: more came than a greeting");
            connection.TakeCapabilities(greeting);

            // 4.
            if (!host.Tls.Implicit && host.Tls.StartTls != StartTlsPolicy.Disable)
                await StartTlsAsync(connection, deadline);

            // 5.
            if (connection.Capabilities is null)
                await AskCapabilitiesAsync(connection);
            if (connection.Capabilities is not ({ Imap4Rev1: true } or { Imap4Rev2: true }))
                throw new HostUnavailableException("capability: the host offers neither IMAP4rev1 nor IMAP4rev2", Blame.Definition);
            // The pool would throw it away and dial the next, which says the same, and so on.
            connection.Wire.RequireSilence("capability");
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

    static async Task AskCapabilitiesAsync(ImapConnection connection)
    {
        var tag = connection.NextTag();
        var answer = await connection.CommandAsync(
            ImapCommandWriter.TryCommand(connection.Wire.Output, tag, "CAPABILITY"), tag, "CAPABILITY", Allowance.Outer);
        if (answer.Kind != ImapResponseKind.Ok)
            throw new HostUnavailableException($"CAPABILITY: {answer.Kind} {answer.Text}");
    }

    async Task StartTlsAsync(ImapConnection connection, CancellationToken deadline)
    {
        if (connection.Capabilities is null)
            await AskCapabilitiesAsync(connection);
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
