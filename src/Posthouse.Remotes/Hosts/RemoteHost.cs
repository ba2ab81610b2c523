using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Hosts;

/// <summary>A live remote host: its pool, its caches and the questions it can be asked. Safe for concurrent use.</summary>
public sealed class RemoteHost : IAsyncDisposable
{
    /// <summary>Makes a host; nothing is connected until the first request.</summary>
    public RemoteHost(RemoteHostOptions options, RemoteHostServices? services = null)
    {
        Options = options;
        _ = services;
    }

    /// <summary>The definition.</summary>
    public RemoteHostOptions Options { get; }

    /// <summary>Checks a login. The credentials stay the caller's; none of them is kept.</summary>
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Asks whether the host takes mail for a mailbox (RCPT TO in a transaction from <c>&lt;&gt;</c> that never reaches DATA).</summary>
    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>VRFY (RFC 5321 section 3.5).</summary>
    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>EXPN (RFC 5321 section 3.5).</summary>
    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Hands a message over. Never throws for what the host does; a cancellation before the final dot leaves nothing delivered.</summary>
    public Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A view of the pool and the caches for display.</summary>
    public RemoteHostSnapshot Snapshot() => throw new NotImplementedException();

    /// <summary>Lets running requests finish, closes idle connections with QUIT or LOGOUT, and opens no more.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
