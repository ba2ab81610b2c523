using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;

namespace Posthouse.Remotes.Relaying;

/// <summary>Hands messages over on pooled connections. A failure to get a connection becomes an outcome here and nowhere else.</summary>
sealed class MailRelay(ConnectionPool<SmtpConnection> pool)
{
    public async Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pool.UseAsync(
                Errand.Relay(request.Client), connection => MailTransaction.RunAsync(connection, request, cancellationToken), cancellationToken);
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
