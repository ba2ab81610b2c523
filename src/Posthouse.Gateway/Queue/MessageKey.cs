namespace Posthouse.Gateway.Queue;

/// <summary>
/// A message's number in the store: the milliseconds since 2020 and six bits of count below them. It rises with time, is never
/// given twice, needs no round trip to the disk, and leaves sixteen bits for the number of a chunk (<see cref="ChunkId"/>).
/// </summary>
readonly record struct MessageKey(long Value)
{
    internal const int CountBits = 6;
    internal const int ChunkBits = 16;
    internal const int MaxChunks = 1 << ChunkBits;
    const int Length = 10;
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    internal long ChunkId(int sequence) => (Value << ChunkBits) | (long)sequence;

    /// <summary>Reads a queue id; lower case serves too.</summary>
    internal static bool TryParse(string text, out MessageKey key)
    {
        var value = 0L;
        foreach (var character in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (digit < 0 || text.Length != Length)
            {
                key = default;
                return false;
            }
            value = (value << 5) | (long)digit;
        }
        key = new MessageKey(value);
        return text.Length == Length;
    }

    /// <summary>The queue id that clients and logs see: ten characters, none of them easily taken for another.</summary>
    public override string ToString() => string.Create(Length, Value, static (text, value) =>
    {
        for (var i = text.Length - 1; i >= 0; i--, value >>= 5)
            text[i] = Alphabet[(int)(value & 31)];
    });
}

/// <summary>Gives out keys, above every key that the store has.</summary>
sealed class MessageKeys(TimeProvider time, long last)
{
    static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    long _last = last;

    internal MessageKey Next()
    {
        var now = (long)(time.GetUtcNow() - Epoch).TotalMilliseconds << MessageKey.CountBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return new MessageKey(next);
        }
    }
}
