using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions.Channel;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>
/// Step 2, one client's SMTP or LMTP session over one snapshot of the configuration. <see cref="RunAsync"/> is its life and the one
/// place where exceptions become an end; inside, a plain loop: (1) greet; (2) read a line; (3) find the verb in the
/// <see cref="PhaseTable"/> and run it (AUTH is step 3, RCPT step 4, DATA and BDAT step 5); (4) write its reply, which leaves when the
/// input runs dry; (5) count errors.
/// </summary>
public sealed class SmtpSession
{
    readonly ILogger _logger;
    readonly SessionServices _services;
    readonly SessionState _state;
    readonly SessionTransport _transport;
    readonly SessionDeadline _deadline;
    readonly SessionPatience _patience = new();
    readonly CancellationToken _draining;

    SmtpSession(ClientConnection connection, GatewayModel model, SessionServices services, SessionDeadline deadline, CancellationToken draining)
    {
        _logger = services.Logger;
        _services = services;
        _draining = draining;
        _deadline = deadline;
        _transport = new(connection.Transport, deadline);
        _state = new(connection, model, services, _transport);
    }

    /// <summary>Runs a session to its end; does not throw. The caller closes the transport.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="model">The configuration, for as long as the session lives.</param>
    /// <param name="services">What all sessions share.</param>
    /// <param name="draining">Fires when the gateway stops: the session ends between two commands, a message past its dot is answered first.</param>
    public static async Task<SessionEnd> RunAsync(
        ClientConnection connection, GatewayModel model, SessionServices services, CancellationToken draining)
    {
        using var deadline = new SessionDeadline(services.Time, connection.Aborted, draining);
        var session = new SmtpSession(connection, model, services, deadline, draining);
        try
        {
            return await session.LiveAsync().ConfigureAwait(false);
        }
        finally
        {
            session._state.Place.Dispose();
        }
    }

    async Task<SessionEnd> LiveAsync()
    {
        var connection = _state.Connection;
        SessionLog.Opened(_logger, connection.Listener.Id, connection.RemoteIp, connection.SessionId);
        SessionEnd end;
        try
        {
            end = await ConverseAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            end = _deadline.HasExpired ? SessionEnd.Timeout
                : connection.Aborted.IsCancellationRequested ? SessionEnd.Aborted
                : _draining.IsCancellationRequested ? SessionEnd.Shutdown
                : SessionEnd.ClientLeft;
        }
        catch (IOException)
        {
            end = SessionEnd.ClientLeft;
        }
        catch (Exception e)
        {
            SessionLog.Fault(_logger, connection.Listener.Id, connection.RemoteIp, connection.SessionId, e);
            end = SessionEnd.Fault;
        }

        if (end is not (SessionEnd.Aborted or SessionEnd.TlsFailed))
            await _transport.SayLastAsync(Replies.Last(end), _services.Time).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        SessionLog.Ended(_logger, connection.Listener.Id, connection.RemoteIp, connection.SessionId, end, _state.Messages, _transport.Received);
        return end;
    }

    async ValueTask<SessionEnd> ConverseAsync()
    {
        // (1)
        if (await GreetAsync().ConfigureAwait(false) is { } atOnce)
            return atOnce;
        while (true)
        {
            // (2)
            var line = await _state.Commands.ReadAsync(CommandReader.CommandLimit).ConfigureAwait(false);
            if (InputEnd(line.Status) is { } inputEnd)
                return inputEnd;

            // (3)
            var (verb, result) = line.Status switch
            {
                InputStatus.BareControl => (SmtpVerb.Unknown, Replies.BareLineEnd),
                InputStatus.TooLong => (SmtpVerb.Unknown, Replies.LineTooLong),
                _ => await RunVerbAsync(line.Octets).ConfigureAwait(false),
            };

            // (4)
            if (result.Reply is { } reply)
                _transport.Write(reply);
            if (result.End is { } end)
                return end;
            if (_transport.IsFull)
                await _transport.FlushAsync().ConfigureAwait(false);

            // (5)
            if (_patience.IsOver(verb, result.Reply, _state.Messages))
                return SessionEnd.TooManyErrors;
        }
    }

    async ValueTask<SessionEnd?> GreetAsync()
    {
        var session = _state.Model.Session;
        var admission = await Admission.AskAsync(_state, session.Throttles.AtConnect, _state, _deadline.Always).ConfigureAwait(false);
        if (admission.Hold is not { } place)
        {
            if (admission.Failure is null)
                return SessionEnd.Throttled;
            _transport.Write(Replies.SessionUndecided);
            return SessionEnd.Undecided;
        }
        _state.Place = place;

        var settings = new SettingReader(_state, _deadline.Always);
        _deadline.Command = await settings.GetAsync(session.Timeout).ConfigureAwait(false);
        _deadline.Session = await settings.GetAsync(session.Duration).ConfigureAwait(false);
        _transport.ReceivedLimit = await settings.GetAsync(session.TransferLimit).ConfigureAwait(false);
        var greeting = await settings.GetAsync(_state.Model.Server.Greeting).ConfigureAwait(false);
        var mustGreet = await settings.GetAsync(session.Ehlo.Require).ConfigureAwait(false);
        if (settings.Failure is { } failure)
        {
            SessionLog.Undecided(_logger, _state.Connection.RemoteIp, _state.Connection.SessionId, failure);
            _transport.Write(Replies.SessionUndecided);
            return SessionEnd.Undecided;
        }

        // RFC 5321 section 3.1: the client waits for the greeting. One that does not is a script that listens to no reply.
        if (_transport.HasUnread)
        {
            _transport.Write(Replies.OutOfTurn);
            return SessionEnd.NotSmtp;
        }

        _state.FirstPhase = _state.Phase = mustGreet ? Phase.Start : Phase.Ready;
        _transport.Write(new Reply(220, null, $"{_state.Model.Server.HostName} {(_state.IsLmtp ? "LMTP" : "ESMTP")} {greeting}"));
        return null;
    }

    /// <summary>Lines that end the session whatever it stands at.</summary>
    SessionEnd? InputEnd(InputStatus status)
    {
        switch (status)
        {
            case InputStatus.Closed:
                return SessionEnd.ClientLeft;
            case InputStatus.TooMuchData:
                return SessionEnd.TooMuchData;
            case InputStatus.TlsHello:
                _transport.Write(Replies.UnknownCommand);
                return SessionEnd.NotSmtp;
            case InputStatus.Flood:
                _transport.Write(Replies.LineTooLong);
                return SessionEnd.TooManyErrors;
            default:
                return null;
        }
    }

    async ValueTask<(SmtpVerb Verb, VerbResult Result)> RunVerbAsync(ReadOnlyMemory<byte> line)
    {
        if (ForeignProtocol.IsSpokenIn(line.Span))
            return (SmtpVerb.Unknown, new VerbResult(Replies.NotAWebServer, SessionEnd.NotSmtp));
        var (verb, argument) = Parse(line);
        return (verb, await PhaseTable.RunAsync(verb, _state, argument, _deadline.Always).ConfigureAwait(false));
    }

    static (SmtpVerb Verb, ReadOnlyMemory<byte> Argument) Parse(ReadOnlyMemory<byte> line)
    {
        var command = CommandLine.Parse(line.Span);
        return command.Argument.IsEmpty || !line.Span.Overlaps(command.Argument, out var offset)
            ? (command.Verb, default)
            : (command.Verb, line.Slice(offset, command.Argument.Length));
    }

    async ValueTask CloseAsync()
    {
        try
        {
            _transport.ForgetUnread();
            _state.Commands.Wipe();
            await _state.ResetAsync().ConfigureAwait(false);
            if (_state.OwnTls is { } tls)
                await tls.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SessionLog.Fault(_logger, _state.Connection.Listener.Id, _state.Connection.RemoteIp, _state.Connection.SessionId, e);
        }
    }
}
