using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Commands;

/// <summary><c>Mail-parameters</c> and <c>Rcpt-parameters</c> (RFC 5321 section 4.1.2): <c>*( SP esmtp-keyword [ "=" esmtp-value ] )</c>.</summary>
internal ref struct ParameterScanner(ReadOnlySpan<byte> text)
{
    static readonly SearchValues<byte> KeywordOctets =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    ReadOnlySpan<byte> _rest = text;

    /// <summary>The keyword as given.</summary>
    public ReadOnlySpan<byte> Keyword { get; private set; }

    /// <summary>The value; empty where <see cref="HasValue"/> is false and never otherwise. Octets above 0x7F are the reader's to judge.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether a value was given.</summary>
    public bool HasValue { get; private set; }

    /// <summary>Whether the scan ended because the text is not a list of parameters.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Moves to the next parameter; false at the end and where the text is malformed.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var parameter = _rest[1..];
        var end = parameter.IndexOf((byte)' ');
        if (end >= 0)
            parameter = parameter[..end];
        var equals = parameter.IndexOf((byte)'=');
        HasValue = equals >= 0;
        Keyword = HasValue ? parameter[..equals] : parameter;
        Value = HasValue ? parameter[(equals + 1)..] : default;

        var hasGoodKeyword = !Keyword.IsEmpty && Keyword[0] != '-' && !Keyword.ContainsAnyExcept(KeywordOctets);
        var hasGoodValue = Value.IsEmpty ? !HasValue : !Value.Contains((byte)'=');
        if (_rest[0] != ' ' || !hasGoodKeyword || !hasGoodValue)
        {
            IsMalformed = true;
            return false;
        }

        _rest = _rest[(1 + parameter.Length)..];
        return true;
    }

    /// <summary>Whether the keyword is this one, without case.</summary>
    public readonly bool Is(ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(Keyword, keyword);

    /// <summary>Whether the value is this word, without case.</summary>
    public readonly bool ValueIs(ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(Value, word);
}
