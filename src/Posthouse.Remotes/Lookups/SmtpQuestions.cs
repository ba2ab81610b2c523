using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>Asks an SMTP or LMTP host.</summary>
sealed class SmtpQuestions(RemoteHostOptions host, ConnectionPool<SmtpConnection> pool, TimeProvider time) : IHostQuestions
{
    readonly RecipientChecks _checks = new(pool, host, time);

    public Task<LoginVerdict> LogInAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        pool.UseAsync(Errand.Login(client), connection => SmtpLogin.AskAsync(connection, credentials, client, cancellationToken), cancellationToken);

    public Task<Answer> CheckAsync(Mailbox mailbox, CancellationToken cancellationToken) => _checks.AskAsync(mailbox, cancellationToken);

    public Task<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => QueryAsync(SmtpVerb.Vrfy, query, cancellationToken);

    public Task<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => QueryAsync(SmtpVerb.Expn, list, cancellationToken);

    Task<Answer> QueryAsync(SmtpVerb verb, string argument, CancellationToken cancellationToken) =>
        pool.UseAsync(Errand.Query(verb), connection => SmtpQuery.AskAsync(connection, verb, argument, cancellationToken), cancellationToken);
}
