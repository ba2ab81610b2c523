using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Ledger.Load;

/// <summary>A message with its id in header and last line. Its body is borrowed from one pool, so that many large ones take no memory.</summary>
/// <param name="Id">Unique in a run.</param>
/// <param name="Parts">The octets; each part begins a line and is short.</param>
/// <param name="Recipients">Up to 20.</param>
sealed record Letter(string Id, IReadOnlyList<ReadOnlyMemory<byte>> Parts, string[] Recipients)
{
    internal const string Header = "X-Ledger: ";

    /// <summary>Where reports go.</summary>
    internal const string Sender = "sender@ledger.example";
    const int Line = 78;
    const int Part = 840 * Line;
    static readonly byte[] Pool = MakePool(6 * 1024 * 1024);

    internal long Length { get; } = Parts.Sum(static part => (long)part.Length);

    internal string Sha { get; } = Digest(Parts);

    /// <summary>A message as HARDENING wants it: up to 5 MB, most of them small; to 1 to 20 recipients, most to few, at two hosts.</summary>
    internal static Letter Make(string id, Random random, int largest) =>
        Make(id, random, Math.Min(largest, random.Next(100) switch
        {
            < 75 => random.Next(12_000),
            < 97 => random.Next(250_000),
            _ => random.Next(5_000_000),
        }), random.Next(10) == 0 ? random.Next(1, 21) : random.Next(1, 4));

    internal static Letter Make(string id, Random random, long size, int recipients)
    {
        List<ReadOnlyMemory<byte>> parts = [Encoding.ASCII.GetBytes($"{Header}{id}\r\nFrom: <{Sender}>\r\nSubject: {id}\r\n\r\n")];
        for (var rest = size / Line * Line; rest > 0; rest -= Part)
        {
            var length = (int)Math.Min(rest, Part);
            parts.Add(Pool.AsMemory(random.Next((Pool.Length - length) / Line) * Line, length));
        }
        parts.Add(Encoding.ASCII.GetBytes($"End: {id}\r\n"));
        // At both hosts, or all at one.
        var (first, step) = (random.Next(100), random.Next(1, 3));
        return new Letter(id, parts, [.. Enumerable.Range(0, recipients).Select(i => first + (i * step)).Select(static i =>
            string.Create(CultureInfo.InvariantCulture, $"user{i}@{(i % 2 == 0 ? "lmtp" : "smtp")}.example"))]);
    }

    /// <summary>A part as it goes behind DATA.</summary>
    internal static ReadOnlyMemory<byte> Stuff(ReadOnlyMemory<byte> part)
    {
        var rest = part.Span;
        var stuffed = new MemoryStream(rest.Length + 1024);
        if (rest[0] == (byte)'.')
            stuffed.WriteByte((byte)'.');
        while (rest.IndexOf("\r\n."u8) is var at && at >= 0)
        {
            stuffed.Write(rest[..(at + 3)]);
            stuffed.WriteByte((byte)'.');
            rest = rest[(at + 3)..];
        }
        stuffed.Write(rest);
        return stuffed.GetBuffer().AsMemory(0, (int)stuffed.Length);
    }

    static string Digest(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
            hash.AppendData(part.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Lines of one length; some begin with dots.
    static byte[] MakePool(int size)
    {
        var pool = new byte[size / Line * Line];
        var random = new Random(1);
        for (var i = 0; i < pool.Length; i++)
            pool[i] = (byte)random.Next(33, 127);
        for (var i = 0; i < pool.Length; i += Line)
        {
            if (random.Next(10) == 0)
                pool.AsSpan(i, random.Next(1, 4)).Fill((byte)'.');
            "\r\n"u8.CopyTo(pool.AsSpan(i + Line - 2));
        }
        return pool;
    }
}
