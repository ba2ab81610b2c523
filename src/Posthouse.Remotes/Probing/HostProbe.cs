using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Lookups;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Probing;

/// <summary>
/// Tries a host for whoever wants to know why it does or does not work: one connection to each endpoint, made by the very steps of
/// any other, and closed. They are not of the pool: for a moment each endpoint has one connection more than <c>concurrency</c> allows, and no
/// more than one, since who asks while a probe runs shares its report.
/// </summary>
sealed class HostProbe(RemoteHostOptions host, IDialler dialler, TimeProvider time, ILogger logger)
{
    readonly SmtpEstablishment _smtp = new(host, dialler, time, logger);
    readonly ImapEstablishment _imap = new(host, dialler, time, logger);

    readonly Flights<string, ProbeReport> _running = new(static () => { });

    /// <summary>All endpoints at once, within the host's timeout. Throws for nothing but the caller's cancellation.</summary>
    public Task<ProbeReport> RunAsync(CancellationToken cancellationToken) => _running.JoinAsync(host.Id, RunAloneAsync, cancellationToken);

    async Task<ProbeReport> RunAloneAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(host.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var endpoints = await Task.WhenAll(host.Address.Select(endpoint => RunAsync(endpoint, either.Token, cancellationToken)));
        return new ProbeReport(host.Id, endpoints);
    }

    async Task<EndpointProbe> RunAsync(RemoteEndpoint endpoint, CancellationToken deadline, CancellationToken caller)
    {
        var attempt = new Attempt(host, endpoint, host.Timeout, time);
        string? failure = null;
        try
        {
            var connection = await ConnectAsync(attempt, deadline);
            await connection.CloseAsync();
        }
        catch (HostUnavailableException e)
        {
            failure = ConnectHints.Explain(attempt, e, e.Message);
        }
        catch (OperationCanceledException)
        {
            caller.ThrowIfCancellationRequested();
            failure = ConnectHints.Explain(attempt, null, $"{attempt.Step.Name()}: nothing came of it within {host.Name("timeout", host.Timeout)}");
        }
        catch (Exception e)
        {
            // Whoever looks for a fault must hear of ours, too.
            RemoteLog.ConnectFault(logger, host.Id, e);
            failure = $"a fault of ours: {e.GetType().Name}";
        }
        if (failure is not null)
            attempt.End();
        return new EndpointProbe(endpoint, StepsOf(attempt, failure), attempt.Certificate?.NotAfter);
    }

    async Task<HostConnection> ConnectAsync(Attempt attempt, CancellationToken deadline)
    {
        var line = await dialler.DialAsync(attempt, deadline);
        if (host.Protocol == RemoteProtocol.Imap)
            return await _imap.EstablishAsync(line, null, deadline);
        return await _smtp.EstablishAsync(line, host.Auth is null ? ConnectionKind.Anonymous : ConnectionKind.LoggedIn, null, deadline);
    }

    static List<ProbeStep> StepsOf(Attempt attempt, string? failure)
    {
        var taken = attempt.Steps.ToList();
        var lastHello = taken.FindLastIndex(entry => entry.Step == ConnectStep.Hello);
        var steps = new List<ProbeStep>(taken.Count);
        for (var i = 0; i < taken.Count; i++)
        {
            var (step, elapsed) = taken[i];
            // What was offered before STARTTLS counts for nothing after it.
            IReadOnlyList<ProbeFact> facts = step == ConnectStep.Hello && i != lastHello ? [] : StepFacts.Of(attempt, step);
            steps.Add(new ProbeStep(step, elapsed, facts, i == taken.Count - 1 ? failure : null));
        }
        return steps;
    }
}
