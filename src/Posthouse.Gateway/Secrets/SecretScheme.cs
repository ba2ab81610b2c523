using System.Buffers;

namespace Posthouse.Gateway.Secrets;

/// <summary>
/// How a secret is kept: as it is, or as a hash in the form of crypt(3) (<c>$2b$…</c>) or of LDAP and Dovecot (<c>{SSHA}…</c>). A text
/// that looks like a hash is never taken for the secret itself: <c>{PLAIN}</c> in front says that it is.
/// </summary>
static class SecretScheme
{
    const string Known = "{PLAIN}, $2a$, $2b$, $2y$, $argon2id$, $argon2i$, $5$, $6$, {SSHA}, {SSHA256}, {SSHA512}, {PBKDF2}, {PBKDF2-SHA256}, {PBKDF2-SHA512}";

    static readonly SearchValues<char> SchemeLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>The secret itself, where it is written as it is; else null.</summary>
    public static bool TryPlain(ReadOnlySpan<char> written, out ReadOnlySpan<char> plain)
    {
        var scheme = Cut(written, out plain);
        if (scheme.Equals("PLAIN", StringComparison.OrdinalIgnoreCase) || scheme.Equals("CLEARTEXT", StringComparison.OrdinalIgnoreCase))
            return true;
        plain = written;
        return scheme.IsEmpty && !IsCrypt(written);
    }

    /// <summary>Reads a hash; null with the fault, which never shows the hash.</summary>
    public static StoredSecret? Read(ReadOnlySpan<char> written, out string fault)
    {
        var scheme = Cut(written, out var rest).ToString().ToUpperInvariant();
        var secret = scheme switch
        {
            "" or "CRYPT" => ReadCrypt(rest),
            "BLF-CRYPT" when rest.StartsWith("$2") => ReadCrypt(rest),
            "ARGON2" or "ARGON2ID" or "ARGON2I" when rest.StartsWith("$argon2") => ReadCrypt(rest),
            "SHA256-CRYPT" when rest.StartsWith("$5$") => ReadCrypt(rest),
            "SHA512-CRYPT" when rest.StartsWith("$6$") => ReadCrypt(rest),
            "SHA" or "SHA256" or "SHA512" or "SSHA" or "SSHA256" or "SSHA512" => DigestSecret.TryRead(scheme, rest),
            "PBKDF2" or "PBKDF2-SHA1" or "PBKDF2-SHA256" or "PBKDF2-SHA512" => Pbkdf2Secret.TryRead(scheme, rest),
            _ => null,
        };
        fault = secret is not null ? "" : IsKnown(scheme, rest) ? "is malformed, or asks for more work than is allowed" : $"has a scheme that is not known; known are {Known}";
        return secret;
    }

    static StoredSecret? ReadCrypt(ReadOnlySpan<char> text) =>
        text.StartsWith("$2") ? BcryptSecret.TryRead(text)
        : text.StartsWith("$argon2") ? Argon2Secret.TryRead(text)
        : text.StartsWith("$5$") || text.StartsWith("$6$") ? ShaCryptSecret.TryRead(text)
        : null;

    static bool IsKnown(string scheme, ReadOnlySpan<char> rest) => scheme switch
    {
        "" or "CRYPT" => rest.StartsWith("$2") || rest.StartsWith("$argon2") || rest.StartsWith("$5$") || rest.StartsWith("$6$"),
        "SHA" or "SHA256" or "SHA512" or "SSHA" or "SSHA256" or "SSHA512" => true,
        "PBKDF2" or "PBKDF2-SHA1" or "PBKDF2-SHA256" or "PBKDF2-SHA512" => true,
        "BLF-CRYPT" or "ARGON2" or "ARGON2ID" or "ARGON2I" or "SHA256-CRYPT" or "SHA512-CRYPT" => true,
        _ => false,
    };

    /// <summary><c>$id$…</c>, and <c>$2…</c> whatever follows.</summary>
    static bool IsCrypt(ReadOnlySpan<char> written)
    {
        if (written.StartsWith("$2") || written.StartsWith("$argon2"))
            return true;
        var end = written.Length > 1 && written[0] == '$' ? written[1..].IndexOf('$') : -1;
        return end > 0 && !written.Slice(1, end).ContainsAnyExcept(SchemeLetters);
    }

    /// <summary>The name in <c>{NAME}</c>, empty without one, and what follows it.</summary>
    static ReadOnlySpan<char> Cut(ReadOnlySpan<char> written, out ReadOnlySpan<char> rest)
    {
        rest = written;
        var end = written.IndexOf('}');
        if (end < 2 || written[0] != '{' || written[1..end].ContainsAnyExcept(SchemeLetters))
            return [];
        rest = written[(end + 1)..];
        return written[1..end];
    }
}
