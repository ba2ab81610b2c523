namespace Posthouse.Integration.Clients;

/// <summary>
/// What swaks printed: <c>-&gt;</c> said and <c>&lt;-</c> heard in clear, <c>~&gt;</c> and <c>&lt;~</c> under TLS,
/// <c>&lt;**</c> and <c>&lt;~*</c> heard and unwelcome.
/// </summary>
sealed record SwaksTranscript(int ExitCode, string Text)
{
    /// <summary>The last line of the reply to the first command that begins so, or the whole transcript if there is none.</summary>
    public string ReplyTo(string command)
    {
        var reply = Text.Split('\n')
            .SkipWhile(line => !IsSaid(line) || !line[4..].StartsWith(command, StringComparison.Ordinal))
            .Skip(1)
            .SkipWhile(line => !IsHeard(line))
            .TakeWhile(IsHeard)
            .LastOrDefault();
        return reply?[4..].Trim() ?? Text;
    }

    /// <summary>The last reply of an exchange, such as AUTH LOGIN's, whose last word the server has.</summary>
    /// <summary>What the server had the last word with in an AUTH exchange, or the whole transcript if there was none.</summary>
    public string AuthReply => Text.Split('\n')
        .SkipWhile(line => !IsSaid(line) || !line[4..].StartsWith("AUTH", StringComparison.Ordinal))
        .TakeWhile(line => !IsSaid(line) || line[4..] != "QUIT")
        .LastOrDefault(IsHeard)?[4..].Trim() ?? Text;

    static bool IsSaid(string line) => line.StartsWith(" -> ", StringComparison.Ordinal) || line.StartsWith(" ~> ", StringComparison.Ordinal);

    static bool IsHeard(string line) => line.StartsWith("<-", StringComparison.Ordinal) || line.StartsWith("<~", StringComparison.Ordinal)
        || line.StartsWith("<**", StringComparison.Ordinal);
}
