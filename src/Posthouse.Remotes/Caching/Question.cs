using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Caching;

/// <summary>What kind of question an entry answers.</summary>
enum Subject
{
    Recipient,
    Verify,
    Expand,
    Login,
}

/// <summary>
/// A question to a host, as the key of its answer: for look-up, insert, removal and for joining one that is under way. A login's key
/// holds a keyed digest of the secret, never the secret.
/// </summary>
readonly record struct Question
{
    Question(Subject subject, string name, string domain, Digest digest)
    {
        Subject = subject;
        Name = name;
        Domain = domain;
        Digest = digest;
    }

    public Subject Subject { get; }

    /// <summary>Local part as given, query or list as given, user name as given.</summary>
    public string Name { get; }

    /// <summary>In lower case, as mailboxes have it; empty for the others.</summary>
    public string Domain { get; }

    public Digest Digest { get; }

    public static Question Recipient(Mailbox mailbox) => new(Subject.Recipient, mailbox.LocalPart, mailbox.Domain, default);

    public static Question Verify(string query) => new(Subject.Verify, query, "", default);

    public static Question Expand(string list) => new(Subject.Expand, list, "", default);

    public static Question Login(string userName, Digest digest) => new(Subject.Login, userName, "", digest);

    /// <summary>The same login whatever the secret.</summary>
    public Question WithoutDigest() => new(Subject, Name, Domain, default);
}
