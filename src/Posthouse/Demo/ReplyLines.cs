using System.Text;

namespace Posthouse.Demo;

/// <summary>Reads replies from a stream, bounded. Written apart from the gateway's own reader, which would forgive its own mistakes.</summary>
sealed class ReplyLines(Stream stream)
{
    const int LongestLine = 2048;
    const int MostLines = 100;

    readonly byte[] _buffer = new byte[LongestLine];
    int _start;
    int _end;

    /// <summary>Whether octets came that belong to no reply read so far.</summary>
    public bool HasMore => _start < _end;

    /// <summary>Reads one reply, all its lines.</summary>
    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="InvalidDataException">This is not a reply (RFC 5321 section 4.2).</exception>
    public async Task<DemoReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9') || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new InvalidDataException("the gateway's answer is not a reply");
            lines.Add(line);
            if (line.Length == 3 || line[3] == ' ')
                return new DemoReply(lines);
        }

        throw new InvalidDataException("the gateway's reply has too many lines");
    }

    async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start.._end).IndexOf("\r\n"u8);
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, end);
                _start += end + 2;
                return line;
            }

            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
                throw new InvalidDataException("the gateway's reply has a line that is too long");
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                throw new IOException("the gateway closed the connection");
            _end += read;
        }
    }
}
