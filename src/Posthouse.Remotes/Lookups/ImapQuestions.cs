using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Pooling;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>Asks an IMAP host, which knows nothing but logins.</summary>
sealed class ImapQuestions(RemoteHostOptions host, ConnectionPool<ImapConnection> pool) : IHostQuestions
{
    public Task<LoginVerdict> LogInAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        pool.UseAsync(Errand.Login(client), connection => ImapLogin.AskAsync(connection, credentials, client, cancellationToken), cancellationToken);

    public Task<Answer> CheckAsync(Mailbox mailbox, CancellationToken cancellationToken) => throw Unfit("recipients");

    public Task<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => throw Unfit("VRFY");

    public Task<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => throw Unfit("EXPN");

    HostUnavailableException Unfit(string question) =>
        new($"{host.Name("protocol")} is imap, which answers logins only, not {question}", Blame.Definition);
}
