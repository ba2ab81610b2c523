namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>RSET (RFC 5321 section 4.1.1.5): forgets the transaction; hello, TLS and login stay.</summary>
static class RsetVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!argument.IsEmpty)
            return Replies.NoArgument;
        await session.ResetAsync().ConfigureAwait(false);
        return Replies.Done;
    }
}
