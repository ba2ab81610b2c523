using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Posthouse.Wire.Text;

/// <summary>
/// Gathers one command line in the output's own memory and commits it whole, or not at all. What is appended may be
/// anything; <see cref="TryCommit"/> lets no control octet pass and appends the only CRLF.
/// </summary>
internal ref struct LineBuilder
{
    readonly IBufferWriter<byte> _output;
    readonly Span<byte> _memory;
    bool _isBroken;

    public LineBuilder(IBufferWriter<byte> output, int limit)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _memory = output.GetSpan(limit)[..limit];
    }

    // Room for the CRLF is kept free.
    readonly Span<byte> Free => _memory[Length..^2];

    /// <summary>Whether something did not fit.</summary>
    public readonly bool IsBroken => _isBroken;

    /// <summary>Octets so far.</summary>
    public int Length { get; private set; }

    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_isBroken || !octets.TryCopyTo(Free))
            _isBroken = true;
        else
            Length += octets.Length;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (!_isBroken && Utf8.FromUtf16(text, Free, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
            Length += written;
        else
            _isBroken = true;
    }

    public void Append(long number)
    {
        if (!_isBroken && Utf8Formatter.TryFormat(number, Free, out var written))
            Length += written;
        else
            _isBroken = true;
    }

    /// <summary>Appends base64. The length is checked first, so that a line given up never leaves half a secret in the output's memory.</summary>
    public void AppendBase64(ReadOnlySpan<byte> octets)
    {
        if (!_isBroken && Base64.GetMaxEncodedToUtf8Length(octets.Length) <= Free.Length
            && Base64.EncodeToUtf8(octets, Free, out _, out var written) == OperationStatus.Done)
            Length += written;
        else
            _isBroken = true;
    }

    /// <summary>What was to be appended cannot be said, so that the line is not either.</summary>
    public void Break() => _isBroken = true;

    /// <summary>Puts the line and its CRLF on the wire; false, with nothing written, where it is too long or not printable.</summary>
    public readonly bool TryCommit(bool utf8)
    {
        var line = _memory[..Length];
        if (_isBroken || !(utf8 ? PrintableText.IsUtf8(line) : PrintableText.IsAscii(line)))
        {
            // What was gathered may hold part of a secret.
            CryptographicOperations.ZeroMemory(line);
            return false;
        }
        "\r\n"u8.CopyTo(_memory[Length..]);
        _output.Advance(Length + 2);
        return true;
    }
}
