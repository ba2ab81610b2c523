using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Offers a host no more recipients of a message than it has said that it takes (RFC 9422, RCPTMAX). The others come back as if it had put
/// them off itself: 452 4.5.3, for another transaction.
/// </summary>
static class RecipientLimit
{
    public static async Task<RelayResult> RelayAsync(SmtpConnection connection, RelayRequest request, CancellationToken cancellationToken)
    {
        var all = request.Recipients;
        if (connection.Extensions.RcptMax is not { } most || all.Count <= most)
            return await MailTransaction.RunAsync(connection, request, cancellationToken);
        var result = await MailTransaction.RunAsync(connection, request with { Recipients = [.. all.Take(most)] }, cancellationToken);
        return result with { Outcomes = [.. result.Outcomes, .. Enumerable.Repeat(Outcomes.OneTooMany(most), all.Count - most)] };
    }
}
