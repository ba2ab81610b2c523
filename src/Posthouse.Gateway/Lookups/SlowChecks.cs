using System.Threading.Channels;
using Posthouse.Gateway.Lists;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary>
/// Checks of hashes that are slow by design, off the session's thread and few at once, so that a flood of logins leaves the processor to
/// the mail. Who came first is served first. A check that is given up runs to its end, since none can be cut short.
/// </summary>
sealed class SlowChecks(int atOnce)
{
    // What is being checked; there is room for no more.
    readonly Channel<ListedLogin> _running = Channel.CreateBounded<ListedLogin>(atOnce);

    public async ValueTask<bool> MatchesAsync(ListedLogin login, Credentials credentials, CancellationToken cancellationToken)
    {
        // A copy of its own, since the caller may be gone, and its secret wiped, before the check is over.
        var copy = credentials.Copy();
        try
        {
            await _running.Writer.WriteAsync(login, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
        return await Task.Run(() => Check(login, copy), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    bool Check(ListedLogin login, Credentials credentials)
    {
        using (credentials)
        {
            try
            {
                return login.Matches(credentials.Secret);
            }
            finally
            {
                _running.Reader.TryRead(out _);
            }
        }
    }
}
