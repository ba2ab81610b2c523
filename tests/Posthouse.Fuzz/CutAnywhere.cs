using System.Buffers;
using System.Text;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Text;

namespace Posthouse.Fuzz;

/// <summary>The same bytes whole, octet by octet, and in two at an offset that the bytes choose give the same answers.</summary>
static class CutAnywhere
{
    const int LineLimit = 64;

    delegate bool Step(ref ReadOnlySequence<byte> held);

    public static void Lines(ReadOnlySpan<byte> data) => Compare(data, answers => (ref held) =>
    {
        while (true)
        {
            var status = WireLine.TryRead(ref held, LineLimit, out var line);
            if (status == LineStatus.NeedMore)
                return true;
            answers.Append(status).Append(' ').Append(Latin1(line)).Append('\n');
            if (status == LineStatus.TooLong)
                return false;
        }
    });

    public static void Replies(ReadOnlySpan<byte> data) => Compare(data, answers =>
    {
        var reader = new ReplyReader();
        return (ref held) =>
        {
            while (true)
            {
                var status = reader.Read(ref held, out var reply);
                if (status == ReplyStatus.NeedMore)
                    return true;
                answers.Append(status).Append(' ').Append(reply).Append('\n');
                if (status == ReplyStatus.Invalid)
                    return false;
                Oracle.Holds(!reply.Lines.Any(text => text.Any(char.IsControl)), "a control passed");
                Oracle.Holds(reply.Enhanced is not { } enhanced || enhanced.Class == reply.Code / 100, "an enhanced code of another class passed");
            }
        };
    });

    public static void Body(ReadOnlySpan<byte> data)
    {
        // What comes out whole and clean goes in again as the same.
        var unstuffer = new DotUnstuffer();
        var body = new ArrayBufferWriter<byte>();
        var buffer = new ReadOnlySequence<byte>(data.ToArray());
        if (unstuffer.Read(ref buffer, body) && !unstuffer.SawBareControl)
        {
            var wire = new ArrayBufferWriter<byte>();
            var stuffer = new DotStuffer();
            Oracle.Holds(stuffer.Write(body.WrittenSpan, wire), "a clean body cannot be stuffed");
            stuffer.Finish(wire);
            var again = new ArrayBufferWriter<byte>();
            var sent = new ReadOnlySequence<byte>(wire.WrittenMemory);
            Oracle.Holds(new DotUnstuffer().Read(ref sent, again) && sent.IsEmpty, "a stuffed body does not end at its end");
            Oracle.Holds(again.WrittenSpan.SequenceEqual(body.WrittenSpan), "a stuffed body reads as another");
        }

        Compare(data, answers =>
        {
            var arriving = new DotUnstuffer();
            var output = new ArrayBufferWriter<byte>();
            return (ref held) =>
            {
                var isEnd = arriving.Read(ref held, output);
                answers.Clear().Append(isEnd).Append(arriving.SawBareControl).Append(arriving.SawNul)
                    .Append(Encoding.Latin1.GetString(output.WrittenSpan));
                return !isEnd;
            };
        });
    }

    static void Compare(ReadOnlySpan<byte> data, Func<StringBuilder, Step> start)
    {
        if (data.Length < 2)
            return;
        var octets = data.ToArray();
        var whole = Run([octets], start);
        Oracle.Holds(Run([.. octets.Chunk(1)], start) == whole, "octet by octet gives another answer");
        var at = 1 + (octets.Sum(octet => octet) % (octets.Length - 1));
        Oracle.Holds(Run([octets[..at], octets[at..]], start) == whole, $"a cut at {at} gives another answer");
    }

    // As a connection does it: what is not taken stays, and what arrives is put behind it.
    static string Run(byte[][] arrivals, Func<StringBuilder, Step> start)
    {
        var answers = new StringBuilder();
        var step = start(answers);
        byte[] held = [];
        foreach (var arrival in arrivals)
        {
            var buffer = new ReadOnlySequence<byte>([.. held, .. arrival]);
            if (!step(ref buffer))
                break;
            held = buffer.ToArray();
        }

        return answers.ToString();
    }

    static string Latin1(ReadOnlySequence<byte> octets) => Encoding.Latin1.GetString(octets.ToArray());
}
