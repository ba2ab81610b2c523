namespace Posthouse.Wire.Imap;

/// <summary>What of a server's answers is read while they may repeat a secret.</summary>
/// <param name="tag">Of the command that is being answered; the only one that is told from others.</param>
/// <param name="takes">Whether code and text of an answer of this kind are taken, with this code; an empty one is none.</param>
public sealed class ImapFilter(string tag, ImapFilter.Choice takes)
{
    /// <summary>Whether code and text of an answer are taken.</summary>
    /// <param name="kind">What the answer is.</param>
    /// <param name="code">Its code as it stands there; empty where there is none.</param>
    public delegate bool Choice(ImapResponseKind kind, ReadOnlySpan<byte> code);

    /// <summary>The tag of the command that is being answered.</summary>
    public string Tag => tag;

    /// <summary>As chosen.</summary>
    public bool Takes(ImapResponseKind kind, ReadOnlySpan<byte> code) => takes(kind, code);
}
