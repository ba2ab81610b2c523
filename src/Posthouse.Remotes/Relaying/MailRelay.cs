using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Relaying;

/// <summary>Hands messages over on pooled connections. A failure to get a connection becomes an outcome here and nowhere else.</summary>
sealed class MailRelay(ConnectionPool<SmtpConnection> pool, UnavailableLog unavailable)
{
    public async Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        var result = await RelayOnceAsync(request, cancellationToken);
        // Now by DATA: a message must not wait for what the host only says that it can.
        if (result.IsForBdat)
            result = await RelayOnceAsync(request, cancellationToken);
        // What the host itself says of a recipient is an answer; it stands in the delivery's own log.
        if (result.Outcomes.FirstOrDefault(outcome => outcome.Blame is Blame.Transport or Blame.Definition) is { } failed)
            unavailable.Tell("Relay", failed.Reply.ToString());
        return result;
    }

    async Task<RelayResult> RelayOnceAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pool.UseAsync(
                Errand.Relay(request.Client), connection => RecipientLimit.RelayAsync(connection, request, cancellationToken), cancellationToken);
        }
        catch (HostUnavailableException e)
        {
            return Refuse(request, e);
        }
    }

    /// <summary>Every recipient is to be tried later.</summary>
    public static RelayResult Refuse(RelayRequest request, HostUnavailableException reason) =>
        new([.. request.Recipients.Select(_ => Outcomes.Failed(reason))]);
}
