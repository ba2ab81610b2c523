using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Gateway.Secrets;

/// <summary><c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>: bcrypt, which looks at the first 72 octets of a secret.</summary>
/// <remarks>
/// The library takes the secret as a string. Ours is overwritten when the check is over; what the library makes of it lives until the
/// collector comes.
/// </remarks>
sealed class BcryptSecret : StoredSecret
{
    // $2b$12$ and 22 characters of salt, 31 of hash.
    const int Length = 60;

    // Each step doubles the time; 16 takes some seconds.
    const int MostCost = 16;
    const int MostOctets = 1024;
    static readonly SearchValues<char> Letters = SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    static readonly Encoding Utf8 = Encoding.UTF8;
    readonly string _hash;

    BcryptSecret(string hash) => _hash = hash;

    public static BcryptSecret? TryRead(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || text[2] is not ('a' or 'b' or 'y') || text[3] != '$' || text[6] != '$' || text[7..].ContainsAnyExcept(Letters))
            return null;
        var (tens, ones) = (text[4] - '0', text[5] - '0');
        return tens is < 0 or > 9 || ones is < 0 or > 9 || (tens * 10) + ones is < 4 or > MostCost ? null : new BcryptSecret(text.ToString());
    }

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        if (secret.IsEmpty || secret.Length > MostOctets || secret.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(secret))
            return false;
        // A string of our own that nothing else can share, so that it may be written to.
        var text = new string('\0', Utf8.GetCharCount(secret));
        var characters = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(text.AsSpan()), text.Length);
        try
        {
            Utf8.GetChars(secret, characters);
            return BCrypt.Net.BCrypt.Verify(text, _hash);
        }
        finally
        {
            characters.Clear();
        }
    }
}
