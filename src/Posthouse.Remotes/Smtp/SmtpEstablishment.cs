using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Makes a connection ready for its first request: (1) dial, (2) implicit TLS, (3) greeting, (4) hello, (5) STARTTLS and hello
/// again, (6) our own login. Any step that fails makes the host unavailable; nothing here ever says no to a question.
/// </summary>
sealed class SmtpEstablishment(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    bool MustHaveTls => !host.Tls.Implicit && host.Tls.StartTls == StartTlsPolicy.Require;

    /// <param name="kind">Whether to log in ourselves.</param>
    /// <param name="deadline">Ends the whole of it.</param>
    public async Task<SmtpConnection> EstablishAsync(ConnectionKind kind, CancellationToken deadline)
    {
        // 1.
        var connection = new SmtpConnection(await dialler.DialAsync(host, deadline), host, kind, time);
        try
        {
            connection.Wire.Enter(deadline);

            // 2.
            if (host.Tls.Implicit)
                await connection.EncryptAsync(deadline);

            // 3.
            var greeting = await connection.ReadReplyAsync("greeting", Allowance.Outer);
            if (greeting.Code != 220)
                throw new HostUnavailableException($"greeting: {greeting}", Blame.Transport, greeting);
            if (connection.Wire.HasUnasked)
                throw connection.Wire.Garbled("greeting: more came than a greeting");

            // 4.
            await SayHelloAsync(connection);

            // 5.
            if (!host.Tls.Implicit && host.Tls.StartTls != StartTlsPolicy.Disable && await StartTlsAsync(connection, deadline))
                await SayHelloAsync(connection);

            // 6.
            if (kind == ConnectionKind.LoggedIn)
                await SmtpOwnLogin.RunAsync(connection);

            // The pool would throw it away and dial the next, which says the same, and so on.
            connection.Wire.RequireSilence("hello");
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

    async Task SayHelloAsync(SmtpConnection connection)
    {
        var verb = connection.IsLmtp ? SmtpVerb.Lhlo : SmtpVerb.Ehlo;
        var reply = await HelloAsync(connection, verb);
        if (reply.Code == 250)
        {
            connection.Extensions = ServerExtensions.Parse(reply);
            return;
        }
        // HELO offers neither TLS nor AUTH, so it serves only where neither is needed.
        if (verb == SmtpVerb.Ehlo && reply.Code is 500 or 502 && !MustHaveTls && connection.Kind == ConnectionKind.Anonymous)
        {
            reply = await HelloAsync(connection, SmtpVerb.Helo);
            if (reply.Code == 250)
                return;
        }
        throw new HostUnavailableException($"hello: {reply}", Blame.Transport, reply);
    }

    async ValueTask<Reply> HelloAsync(SmtpConnection connection, SmtpVerb verb)
    {
        if (!SmtpCommandWriter.TryHello(connection.Wire.Output, verb, host.HelloName))
            throw new HostUnavailableException($"our own name for EHLO cannot be written: {host.HelloName}", Blame.Definition);
        return await connection.CommandAsync(true, "hello", Allowance.Outer);
    }

    /// <summary>True once the line is encrypted; false where the operator lets it stay in clear.</summary>
    async Task<bool> StartTlsAsync(SmtpConnection connection, CancellationToken deadline)
    {
        Reply? refusal = null;
        if (connection.Extensions.StartTls)
        {
            refusal = await connection.CommandAsync(SmtpCommandWriter.TryVerb(connection.Wire.Output, SmtpVerb.StartTls), "STARTTLS", Allowance.Outer);
            if (refusal.Code == 220)
            {
                await connection.EncryptAsync(deadline);
                connection.Extensions = new ServerExtensions();
                return true;
            }
        }
        if (MustHaveTls)
            throw new HostUnavailableException(
                $"STARTTLS: {refusal?.ToString() ?? "not offered by the host"}; {host.Name("tls.starttls")} is require", Blame.Definition, refusal);
        RemoteLog.StayedInClear(logger, host.Id);
        return false;
    }
}
