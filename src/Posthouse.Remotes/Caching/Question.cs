using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Caching;

/// <summary>What kind of question an entry answers.</summary>
enum Subject : byte
{
    Recipient,
    Verify,
    Expand,
    Login,
}

static class SubjectNames
{
    /// <summary>As metrics name it.</summary>
    public static string Name(this Subject subject) => subject switch
    {
        Subject.Recipient => "recipient",
        Subject.Verify => "verify",
        Subject.Expand => "expand",
        _ => "login",
    };
}

/// <summary>What an answer stands under in a cache.</summary>
/// <param name="Subject">What was asked.</param>
/// <param name="Name">Local part as given, query or list as given, user name as given.</param>
/// <param name="Domain">In lower case, as mailboxes have it; empty for the others.</param>
readonly record struct CacheKey(Subject Subject, string Name, string Domain);

/// <summary>
/// A question to a host, as the key by which its answer is looked up, kept and removed, and by which another joins one that is under way. A
/// login's question holds a keyed digest of user and secret, never the secret; its answers stand under the user.
/// </summary>
readonly record struct Question
{
    Question(CacheKey key, Digest digest = default)
    {
        Key = key;
        Digest = digest;
    }

    public CacheKey Key { get; }

    public Digest Digest { get; }

    public Subject Subject => Key.Subject;

    public static Question Recipient(Mailbox mailbox) => new(new CacheKey(Subject.Recipient, mailbox.LocalPart, mailbox.Domain));

    public static Question Verify(string query) => new(new CacheKey(Subject.Verify, query, ""));

    public static Question Expand(string list) => new(new CacheKey(Subject.Expand, list, ""));

    public static Question Login(string userName, Digest digest) => new(new CacheKey(Subject.Login, userName, ""), digest);
}
