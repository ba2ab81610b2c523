using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Reports;

/// <summary>What a report returns of the message that it is about, octet by octet: its header section, or all of it.</summary>
/// <param name="Octets">In CRLF lines, the last one ended.</param>
/// <param name="IsWhole">All of it rather than its header section.</param>
sealed record OriginalMessage(byte[] Octets, bool IsWhole)
{
    /// <summary>Largest message that is returned whole: a report is made in memory, and RFC 3461 section 4.3 lets it hold the header section instead.</summary>
    internal const int MaxWhole = 256 * 1024;

    /// <summary>Longest header section that is returned; of a longer one, its first lines.</summary>
    internal const int MaxHeader = 64 * 1024;

    /// <summary>Longest line that may go without an encoding (RFC 5322 section 2.1.1).</summary>
    const int MaxLine = 998;

    internal bool HasEightBit { get; } = Octets.AsSpan().ContainsAnyExceptInRange((byte)1, (byte)127);

    internal bool HasLongLine { get; } = LongestLine(Octets) > MaxLine;

    /// <summary>Reads what is to be returned; null where the store has lost it, which must cost nobody the report.</summary>
    internal static async ValueTask<OriginalMessage?> ReadAsync(IMessageBody body, bool wantsWhole, CancellationToken cancellationToken)
    {
        try
        {
            if (wantsWhole && body.Length <= MaxWhole && await ReadWholeAsync(body, cancellationToken) is { HasLongLine: false } whole)
                return whole;
            return await ReadHeaderAsync(body, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The header section of a whole message.</summary>
    internal static OriginalMessage HeadOf(ReadOnlySpan<byte> whole)
    {
        var end = HeaderEnd(whole);
        return new OriginalMessage([.. end >= 0 ? whole[..end] : whole[..(whole.LastIndexOf((byte)'\n') + 1)]], IsWhole: false);
    }

    static async ValueTask<OriginalMessage> ReadWholeAsync(IMessageBody body, CancellationToken cancellationToken)
    {
        var octets = new List<byte>((int)body.Length + 2);
        await foreach (var piece in body.ReadAsync(cancellationToken))
            octets.AddRange(piece.Span);
        if (octets is not [.., (byte)'\n'])
            octets.AddRange("\r\n"u8);
        return new OriginalMessage([.. octets], IsWhole: true);
    }

    static async ValueTask<OriginalMessage> ReadHeaderAsync(IMessageBody body, CancellationToken cancellationToken)
    {
        var octets = new List<byte>(4096);
        await foreach (var piece in body.ReadAsync(cancellationToken))
        {
            octets.AddRange(piece.Span[..Math.Min(piece.Length, MaxHeader - octets.Count)]);
            var end = HeaderEnd([.. octets]);
            if (end >= 0)
                return new OriginalMessage([.. octets[..end]], IsWhole: false);
            if (octets.Count == MaxHeader)
                break;
        }
        // Cut, or a message without a body: whole lines only.
        return new OriginalMessage([.. octets[..(octets.LastIndexOf((byte)'\n') + 1)]], IsWhole: false);
    }

    /// <summary>Where the empty line behind the header section begins; -1 where it is not there.</summary>
    static int HeaderEnd(ReadOnlySpan<byte> octets)
    {
        if (octets.StartsWith("\r\n"u8))
            return 0;
        var empty = octets.IndexOf("\r\n\r\n"u8);
        return empty < 0 ? -1 : empty + 2;
    }

    static int LongestLine(ReadOnlySpan<byte> octets)
    {
        var longest = 0;
        while (octets.IndexOf((byte)'\n') is >= 0 and var end)
        {
            longest = Math.Max(longest, end - 1);
            octets = octets[(end + 1)..];
        }
        return longest;
    }
}
