using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Text;

namespace Posthouse.Gateway.Sessions.Channel;

enum InputStatus
{
    Line,

    /// <summary>A bare CR or LF; the line was passed over.</summary>
    BareControl,

    /// <summary>Over the limit; the line was passed over.</summary>
    TooLong,

    /// <summary>So far over the limit that the client is not worth listening to.</summary>
    Flood,

    /// <summary>The first octet of a TLS handshake where a command should be.</summary>
    TlsHello,

    /// <summary>More octets than a session may bring.</summary>
    TooMuchData,

    /// <summary>The client closed.</summary>
    Closed,
}

/// <summary>One line of input without its CRLF; the octets are good until the next read.</summary>
readonly record struct InputLine(InputStatus Status, ReadOnlyMemory<byte> Octets = default);

/// <summary>Reads command and SASL lines, bounded, each copied out of the pipe so that a verb may keep it over an await.</summary>
sealed class CommandReader(SessionTransport transport)
{
    /// <summary>Longest command line, CRLF included (RFC 5321 section 4.5.3.1.4 and the parameters of the extensions).</summary>
    public const int CommandLimit = 2048;

    /// <summary>Longest SASL response (RFC 4954 section 4) with its CRLF.</summary>
    public const int ResponseLimit = 12288 + 2;

    /// <summary>
    /// Longest AUTH command: RFC 4954 section 4 lets no initial response make it longer than any other, but clients send tokens of some
    /// thousand octets with it all the same.
    /// </summary>
    const int AuthLimit = 32 + ResponseLimit;

    const int MostPassedOver = 64 * 1024;
    const byte TlsHandshake = 0x16;

    byte[] _line = new byte[CommandLimit];
    int _length;

    public async ValueTask<InputLine> ReadAsync(int limit)
    {
        // The last line, of whatever verb, has had its answer.
        Wipe();
        transport.Deadline.Arm();
        var line = await ReadOneAsync(limit).ConfigureAwait(false);
        transport.Deadline.Disarm();
        return transport.IsOverLimit && line.Status != InputStatus.Closed ? new(InputStatus.TooMuchData) : line;
    }

    /// <summary>Wipes what the last lines left: one of them held a secret.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(_line.AsSpan(0, _length));
        _length = 0;
    }

    async ValueTask<InputLine> ReadOneAsync(int limit)
    {
        while (true)
        {
            var result = await transport.ReadAsync(transport.Deadline.BetweenCommands).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (!buffer.IsEmpty && buffer.FirstSpan[0] == TlsHandshake)
            {
                transport.Forget(buffer, buffer.End, buffer.End);
                return new(InputStatus.TlsHello);
            }

            var rest = buffer;
            switch (WireLine.TryRead(ref rest, limit == CommandLimit && IsAuth(buffer) ? AuthLimit : limit, out var line))
            {
                case LineStatus.Complete:
                    Keep(line);
                    transport.Forget(buffer, rest.Start, rest.Start);
                    return new(InputStatus.Line, _line.AsMemory(0, _length));
                case LineStatus.BareControl:
                    transport.Forget(buffer, rest.Start, rest.Start);
                    return new(InputStatus.BareControl);
                case LineStatus.TooLong:
                    transport.Forget(buffer, buffer.Start, buffer.Start);
                    return await PassOverAsync().ConfigureAwait(false);
                case LineStatus.NeedMore when result.IsCompleted:
                    transport.Forget(buffer, buffer.End, buffer.End);
                    return new(InputStatus.Closed);
                default:
                    transport.Forget(buffer, buffer.Start, buffer.End);
                    break;
            }
        }
    }

    static bool IsAuth(in ReadOnlySequence<byte> line)
    {
        Span<byte> verb = stackalloc byte[5];
        if (line.Length < verb.Length)
            return false;
        line.Slice(0, verb.Length).CopyTo(verb);
        return Ascii.EqualsIgnoreCase(verb, "AUTH "u8);
    }

    void Keep(in ReadOnlySequence<byte> line)
    {
        _length = (int)line.Length;
        if (_length > _line.Length)
        {
            CryptographicOperations.ZeroMemory(_line);
            _line = new byte[AuthLimit];
        }

        line.CopyTo(_line);
    }

    /// <summary>
    /// Drops everything up to the CRLF that ends the line; a bare LF does not, so nothing behind one can run as a command.
    /// </summary>
    async ValueTask<InputLine> PassOverAsync()
    {
        var passed = 0L;
        while (true)
        {
            var result = await transport.ReadAsync(transport.Deadline.BetweenCommands).ConfigureAwait(false);
            var buffer = result.Buffer;
            var found = TryFindEnd(buffer, out var end);
            passed += buffer.Slice(0, end).Length;
            transport.Forget(buffer, end, found ? end : buffer.End);
            if (passed > MostPassedOver)
                return new(InputStatus.Flood);
            if (found)
                return new(InputStatus.TooLong);
            if (result.IsCompleted)
                return new(InputStatus.Closed);
        }
    }

    static bool TryFindEnd(in ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryAdvanceTo((byte)'\r', advancePastDelimiter: true))
        {
            if (reader.End)
            {
                // The LF may come with the next read: keep the CR.
                end = buffer.GetPosition(reader.Consumed - 1);
                return false;
            }

            if (reader.IsNext((byte)'\n', advancePast: true))
            {
                end = reader.Position;
                return true;
            }
        }

        end = buffer.End;
        return false;
    }
}
