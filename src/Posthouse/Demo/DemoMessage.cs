using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Demo;

/// <summary>A message that a careless relay would damage: 8-bit text, lines that begin with dots, a line of 1,000 octets.</summary>
static class DemoMessage
{
    public static byte[] Compose(string subject, string to, DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            From: Jane Doe <{DemoAccount.Jane.Name}>
            To: {to}
            Subject: {subject}
            Date: {utc:ddd, dd MMM yyyy HH:mm:ss} +0000
            Message-ID: <{utc:yyyyMMddHHmmssfff}.demo@client.example.com>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Grüße aus der Poststation: octets above 127 stay as they are.
            .
            .. and lines that begin with dots,
            .even a lone one, do not end the message early.
            The next line has 1,000 octets, its CRLF included.
            {new string('=', 998)}

            """).ReplaceLineEndings("\r\n"));
    }

    /// <summary>What became of a message on its way: <c>unchanged</c>, or what is wrong.</summary>
    public static string Compare(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> arrived)
    {
        if (!arrived.StartsWith("Received:"u8))
            return "no Received";
        var rest = arrived[ReceivedLength(arrived)..];
        if (rest.SequenceEqual(sent))
            return "unchanged";
        return rest.StartsWith("Received:"u8) ? "two Received" : "changed";
    }

    /// <summary>The octets of the header field on top, its folded lines included.</summary>
    public static int ReceivedLength(ReadOnlySpan<byte> arrived)
    {
        var length = 0;
        do
        {
            var end = arrived[length..].IndexOf((byte)'\n');
            if (end < 0)
                return arrived.Length;
            length += end + 1;
        }
        while (length < arrived.Length && arrived[length] is (byte)' ' or (byte)'\t');
        return length;
    }

    public static string Hash(ReadOnlySpan<byte> octets) => Convert.ToHexStringLower(SHA256.HashData(octets));
}
