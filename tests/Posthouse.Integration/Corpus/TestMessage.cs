using System.Text;

namespace Posthouse.Integration.Corpus;

/// <summary>A message that can be found again by its mark.</summary>
sealed record TestMessage(string Mark, byte[] Bytes)
{
    public static string NewMark(string name) => $"{name}-{Guid.NewGuid():N}";

    /// <summary>All that a careless relay harms: leading dots, 8-bit octets, lines of 1,000 octets, blank lines and blanks at the ends.</summary>
    public static TestMessage Hostile(string name)
    {
        var mark = NewMark(name);
        var body = string.Join("\r\n",
            "From: Someone <someone@example.net>", "To: jane@example.org", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Date: Mon, 23 Nov 2026 08:00:00 +0000",
            $"Message-ID: <{mark}@example.net>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
            ".", "..", "...three", ".leading", "Gr\u00fc\u00dfe \u2709", "trailing blanks  \t", new string('x', 998), "." + new string('y', 997),
            "From the start of a line", "", "", "", "");
        return new TestMessage(mark, Encoding.UTF8.GetBytes(body));
    }

    public static TestMessage WithoutDateAndId(string name)
    {
        var mark = NewMark(name);
        return new TestMessage(mark, Encoding.ASCII.GetBytes($"From: jane@example.org\r\nTo: bob@example.org\r\nX-Mark: {mark}\r\nSubject: bare\r\n\r\nhello\r\n"));
    }
}
