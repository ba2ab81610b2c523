namespace Posthouse.Integration.Clients;

/// <summary>A reply as it came: the code and the lines without it.</summary>
sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Code and the whole text; what assertions compare the beginning of.</summary>
    public override string ToString() => $"{Code} {string.Join('|', Lines)}";
}
