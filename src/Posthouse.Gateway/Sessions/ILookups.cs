using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Sessions;

/// <summary>How a session checks a login.</summary>
public interface ILoginLookup
{
    /// <summary>Asks the ladder on behalf of a client; the credentials stay the caller's.</summary>
    ValueTask<Answer> AuthenticateAsync(LookupLadder ladder, Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken);
}

/// <summary>What a ladder says of a recipient.</summary>
/// <param name="Answer">That of the last rung that was asked.</param>
/// <param name="FoundAt">The id of the remote that said yes; null where none did, or a list has.</param>
public readonly record struct RecipientAnswer(Answer Answer, string? FoundAt = null);

/// <summary>How a session asks about domains, recipients, VRFY and EXPN.</summary>
public interface IRecipientLookup
{
    ValueTask<Answer> HoldsDomainAsync(LookupLadder ladder, string domain, CancellationToken cancellationToken);

    ValueTask<RecipientAnswer> VerifyRecipientAsync(LookupLadder ladder, Mailbox mailbox, CancellationToken cancellationToken);

    ValueTask<Answer> VerifyAsync(LookupLadder ladder, string query, CancellationToken cancellationToken);

    ValueTask<Answer> ExpandAsync(LookupLadder ladder, string list, CancellationToken cancellationToken);
}
