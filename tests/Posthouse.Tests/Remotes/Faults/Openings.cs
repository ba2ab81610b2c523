namespace Posthouse.Tests.Remotes.Faults;

/// <summary>How scripts begin where the beginning is not what they are about.</summary>
static class Openings
{
    public static readonly string[] Greeted = Offering("PIPELINING");

    public static readonly string[] GreetedSlowly = Offering("8BITMIME");

    /// <summary>Our own login, and the host's yes to it.</summary>
    public static readonly string[] LoggedIn = [.. Offering("AUTH PLAIN"), "C: AUTH PLAIN ", "S: 235 ok"];

    public static readonly string[] ImapGreeted = ["S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello"];

    public static readonly string[] LmtpGreeted = ["S: 220 box", "C: LHLO post.example", "S: 250-box", "S: 250 PIPELINING"];

    /// <summary>A body goes by BDAT.</summary>
    public static readonly string[] GreetedForChunks = ["S: 220 box", "C: EHLO post.example", "S: 250-box", "S: 250-CHUNKING", "S: 250 PIPELINING"];

    public static readonly string[] LmtpGreetedForChunks = ["S: 220 box", "C: LHLO post.example", "S: 250-box", "S: 250-CHUNKING", "S: 250 PIPELINING"];

    public static string[] Offering(string keyword) => ["S: 220 box", "C: EHLO post.example", "S: 250-box", $"S: 250 {keyword}"];

    public static string[] ImapOffering(string capabilities) => [$"S: * OK [CAPABILITY IMAP4rev1 {capabilities}] hello"];
}
