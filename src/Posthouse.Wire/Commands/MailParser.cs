using System.Text;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary><c>"FROM:" Reverse-path [ SP Mail-parameters ]</c>: 1. the path, 2. its parameters, 3. whether the two agree.</summary>
internal static class MailParser
{
    /// <summary>Most characters of an ENVID before encoding (RFC 3461 section 4.4).</summary>
    public const int MaxEnvelopeId = 100;

    [Flags]
    enum Seen
    {
        None = 0,
        Size = 1,
        Body = 2,
        SmtpUtf8 = 4,
        Return = 8,
        EnvelopeId = 16,
        Auth = 32,
        RequireTls = 64,
    }

    /// <summary>Reads the argument; null where it is good, else the reply to refuse it with.</summary>
    public static Reply? Parse(ReadOnlySpan<byte> argument, EnvelopeExtensions extensions, out MailCommand? command)
    {
        command = null;

        // 1. The path. UTF-8 is read even without SMTPUTF8, which stands behind it, to name the true reason below.
        if (argument.Length < 6 || !Ascii.EqualsIgnoreCase(argument[..5], "FROM:"u8) || argument[5] != '<')
            return Refusals.MailSyntax;
        if (!MailPath.TryRead(argument[5..], allowUtf8: true, out var reversePath, out var consumed))
            return Refusals.BadSender;
        var rest = argument[(5 + consumed)..];
        if (!rest.IsEmpty && rest[0] != ' ')
            return Refusals.BadSender;

        // 2. The parameters.
        var candidate = new MailCommand { ReversePath = reversePath };
        var parameters = new ParameterScanner(rest);
        var seen = Seen.None;
        while (parameters.MoveNext())
        {
            var which = Recognise(parameters, extensions);
            if (which == Seen.None)
                return Refusals.UnknownParameter;
            if ((seen & which) != 0)
                return Refusals.TwiceGiven;
            seen |= which;
            if (Apply(which, parameters, extensions, ref candidate) is { } refusal)
                return refusal;
        }

        if (parameters.IsMalformed)
            return Refusals.BadParameter;

        // 3. An address beyond ASCII goes with SMTPUTF8 alone.
        if (reversePath is { IsUtf8: true } && !candidate.SmtpUtf8)
            return Refusals.NeedsSmtpUtf8;
        command = candidate;
        return null;
    }

    static Seen Recognise(in ParameterScanner parameter, EnvelopeExtensions offered)
    {
        var (seen, needed) =
            parameter.Is("SIZE"u8) ? (Seen.Size, EnvelopeExtensions.Size)
            : parameter.Is("BODY"u8) ? (Seen.Body, EnvelopeExtensions.EightBitMime | EnvelopeExtensions.BinaryMime)
            : parameter.Is("SMTPUTF8"u8) ? (Seen.SmtpUtf8, EnvelopeExtensions.SmtpUtf8)
            : parameter.Is("RET"u8) ? (Seen.Return, EnvelopeExtensions.Dsn)
            : parameter.Is("ENVID"u8) ? (Seen.EnvelopeId, EnvelopeExtensions.Dsn)
            : parameter.Is("AUTH"u8) ? (Seen.Auth, EnvelopeExtensions.Auth)
            : parameter.Is("REQUIRETLS"u8) ? (Seen.RequireTls, EnvelopeExtensions.RequireTls)
            : (Seen.None, EnvelopeExtensions.None);
        return (offered & needed) != 0 ? seen : Seen.None;
    }

    static Reply? Apply(Seen which, in ParameterScanner parameter, EnvelopeExtensions offered, ref MailCommand command)
    {
        switch (which)
        {
            // size-value = 1*20DIGIT: more than 2^63-1 is a number still, and over any limit.
            case Seen.Size when Digits.TryParse(parameter.Value, 20, out var size):
                command = command with { Size = size };
                return null;
            case Seen.Size when Digits.AreAll(parameter.Value, 20):
                return Refusals.TooBig;
            case Seen.Body when parameter.ValueIs("7BIT"u8):
                return null;
            case Seen.Body when parameter.ValueIs("8BITMIME"u8):
                command = command with { Body = BodyKind.EightBit };
                return offered.HasFlag(EnvelopeExtensions.EightBitMime) ? null : Refusals.UnknownParameter;
            case Seen.Body when parameter.ValueIs("BINARYMIME"u8):
                command = command with { Body = BodyKind.Binary };
                return offered.HasFlag(EnvelopeExtensions.BinaryMime) ? null : Refusals.UnknownParameter;
            case Seen.SmtpUtf8 when !parameter.HasValue:
                command = command with { SmtpUtf8 = true };
                return null;
            case Seen.RequireTls when !parameter.HasValue:
                command = command with { RequireTls = true };
                return null;
            case Seen.Return when parameter.ValueIs("FULL"u8):
                command = command with { Return = DsnReturn.Full };
                return null;
            case Seen.Return when parameter.ValueIs("HDRS"u8):
                command = command with { Return = DsnReturn.Headers };
                return null;
            case Seen.EnvelopeId when parameter.HasValue && XText.TryDecode(parameter.Value, out var id) && id.Length <= MaxEnvelopeId:
                command = command with { EnvelopeId = id };
                return null;
            // Checked and dropped: no client is trusted to name another submitter, so it counts as AUTH=<> (RFC 4954 section 5).
            case Seen.Auth when parameter.HasValue && XText.TryDecode(parameter.Value, out _):
                return null;
            default:
                return Refusals.BadParameter;
        }
    }
}
