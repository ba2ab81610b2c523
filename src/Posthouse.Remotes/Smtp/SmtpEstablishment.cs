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
/// Makes a connection ready for its first request: (1) dial, and the PROXY header where the host wants one, (2) implicit TLS, (3)
/// greeting, (4) hello, (5) STARTTLS and hello again, (6) our own login. Any step that fails makes the host unavailable; nothing
/// here ever says no to a question.
/// </summary>
sealed class SmtpEstablishment(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    readonly Endpoints _endpoints = new(host, dialler, time, logger);
    readonly ChunkingTrust _chunking = new(host, logger);

    bool MustHaveTls => !host.Tls.Implicit && host.Tls.StartTls == StartTlsPolicy.Require;

    /// <summary>At the first endpoint that will have us.</summary>
    /// <param name="kind">Whether to log in ourselves.</param>
    /// <param name="client">For whom alone it is made (PROXY protocol); null = for nobody in particular.</param>
    /// <param name="within">The time that the endpoints share.</param>
    /// <param name="deadline">Ends the whole of it.</param>
    public Task<SmtpConnection> EstablishAsync(ConnectionKind kind, ClientIdentity? client, TimeSpan within, CancellationToken deadline) =>
        _endpoints.ReachAsync((line, turn) => EstablishAsync(line, kind, client, turn), within, deadline);

    /// <summary>On a dialled line, which is closed where this fails.</summary>
    public async Task<SmtpConnection> EstablishAsync(DialledLine line, ConnectionKind kind, ClientIdentity? client, CancellationToken deadline)
    {
        // 1.
        var connection = new SmtpConnection(line, host, kind, _chunking, time);
        try
        {
            connection.Wire.Enter(deadline);
            await ProxyPreamble.SendAsync(connection, client);

            // 2.
            if (host.Tls.Implicit)
                await connection.EncryptAsync(deadline);

            // 3.
            line.Attempt.Begin(ConnectStep.Greeting);
            line.Attempt.Greeting = (await HearGreetingAsync(connection)).ToString();
            if (connection.Wire.HasUnasked)
                throw connection.Wire.Garbled("greeting: more came than a greeting");

            // 4.
            await SayHelloAsync(connection);

            // 5.
            if (!host.Tls.Implicit && host.Tls.StartTls != StartTlsPolicy.Disable && await StartTlsAsync(connection, deadline))
                await SayHelloAsync(connection);

            // 6.
            if (kind == ConnectionKind.LoggedIn)
            {
                line.Attempt.Begin(ConnectStep.Login);
                await SmtpOwnLogin.RunAsync(connection, Allowance.Outer);
            }

            // The pool would throw it away and dial the next, which says the same, and so on.
            connection.Wire.RequireSilence("hello");
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

    async Task<Reply> HearGreetingAsync(SmtpConnection connection)
    {
        try
        {
            var greeting = await connection.ReadReplyAsync("greeting", connection.StepAllowance("timeouts.greeting", host.Timeouts.Greeting));
            return greeting.Code == 220
                ? greeting
                : throw new HostUnavailableException($"greeting: {greeting}", Blame.Transport, greeting)
                {
                    IsTurnedAway = greeting.IsTransient || greeting.IsPermanent,
                    TakesNoMail = NoMailReply.IsSaidBy(greeting),
                };
        }
        catch (ConnectionLostException e) when (e.Reply is { } refusal)
        {
            throw new HostUnavailableException(e.Message, Blame.Transport, refusal, e) { IsTurnedAway = true };
        }
    }

    static async Task SayHelloAsync(SmtpConnection connection)
    {
        connection.Attempt.Begin(ConnectStep.Hello);
        var reply = await SmtpHello.SayAsync(connection, connection.StepAllowance("timeouts.ehlo", connection.Host.Timeouts.Hello));
        connection.Attempt.Keywords = [.. reply.Lines.Skip(1)];
    }

    /// <summary>True once the line is encrypted; false where the operator lets it stay in clear.</summary>
    async Task<bool> StartTlsAsync(SmtpConnection connection, CancellationToken deadline)
    {
        Reply? refusal = null;
        if (connection.Extensions.StartTls)
        {
            refusal = await connection.CommandAsync(
                SmtpCommandWriter.TryVerb(connection.Wire.Output, SmtpVerb.StartTls), "STARTTLS", connection.StepAllowance("timeouts.tls", host.Timeouts.Tls));
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
