using System.Buffers;
using System.Text.Unicode;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>
/// What a login must look like to be asked at all: no host has one that is empty or holds a control octet, and the separators of one
/// mechanism smuggled through another would ask about somebody else. A token is visible US-ASCII, and longer than any password.
/// </summary>
static class LoginShape
{
    const int MaxOctets = 255;

    // The same as at Wire's writers, whose line has room for no more.
    const int MaxTokenOctets = 8192;

    static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Select(octet => (byte)octet), 0x7F]);

    public static bool IsSound(Credentials credentials)
    {
        Span<byte> name = stackalloc byte[MaxOctets];
        return Utf8.FromUtf16(credentials.UserName, name, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
            && IsSound(name[..length])
            && (credentials.Kind == CredentialKind.BearerToken ? IsToken(credentials.Secret) : IsSound(credentials.Secret));
    }

    static bool IsToken(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && value.Length <= MaxTokenOctets && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    static bool IsSound(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && value.Length <= MaxOctets && !value.ContainsAny(Controls) && Utf8.IsValid(value);
}
