namespace Posthouse.Wire.Replies;

/// <summary>An SMTP reply (RFC 5321 section 4.2), ours or a remote host's.</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Enhanced">The enhanced code (RFC 2034), where there is one. Its class always matches the code's.</param>
/// <param name="Lines">Text of each line, without codes; at least one, possibly empty.</param>
public sealed record Reply(int Code, EnhancedCode? Enhanced, IReadOnlyList<string> Lines)
{
    /// <summary>A one-line reply.</summary>
    public Reply(int code, EnhancedCode? enhanced, string text)
        : this(code, enhanced, [text])
    {
    }

    /// <summary>2yz.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>3yz.</summary>
    public bool IsIntermediate => Code is >= 300 and < 400;

    /// <summary>4yz.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>5yz.</summary>
    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>The lines joined by a blank.</summary>
    public string Text => Lines.Count == 1 ? Lines[0] : string.Join(' ', Lines);

    /// <summary><c>code enhanced text</c> on one line, for logs and reports.</summary>
    public override string ToString() => Enhanced is { } e ? $"{Code} {e} {Text}" : $"{Code} {Text}";
}
