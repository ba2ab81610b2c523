using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// The CRC-32C over a row's fields, each behind its kind and length, so that no two rows read the same. A row without one is of an older Posthouse and is not
/// checked.
/// </summary>
struct RowChecksum
{
    const ulong Missing = 0, Number = 1, Text = 2, Octets = 3;
    uint _crc;

    /// <summary>Of fields as they are handed to the database, or come back from it.</summary>
    internal static long Of(params ReadOnlySpan<object?> fields)
    {
        var sum = new RowChecksum { _crc = uint.MaxValue };
        foreach (var field in fields)
            sum.Add(field);
        return ~sum._crc;
    }

    void Add(object? field)
    {
        switch (field)
        {
            case null or DBNull:
                Add(Missing);
                break;
            case string text:
                Add(Text, Encoding.UTF8.GetBytes(text));
                break;
            case byte[] octets:
                Add(Octets, octets);
                break;
            case bool flag:
                AddNumber(flag ? 1 : 0);
                break;
            case int number:
                AddNumber(number);
                break;
            case long number:
                AddNumber(number);
                break;
            default:
                throw new ArgumentException($"A row has no {field.GetType()}.", nameof(field));
        }
    }

    void AddNumber(long number)
    {
        Add(Number);
        Add((ulong)number);
    }

    void Add(ulong kind, ReadOnlySpan<byte> octets)
    {
        Add(kind);
        Add((ulong)octets.Length);
        var whole = octets.Length & ~7;
        var crc = _crc;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(octets[..whole]))
            crc = BitOperations.Crc32C(crc, eight);
        foreach (var one in octets[whole..])
            crc = BitOperations.Crc32C(crc, one);
        _crc = crc;
    }

    void Add(ulong value) => _crc = BitOperations.Crc32C(_crc, value);
}
