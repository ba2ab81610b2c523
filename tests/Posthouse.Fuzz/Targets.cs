using System.Buffers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Sasl;

namespace Posthouse.Fuzz;

/// <summary>Any bytes, as a peer may send them. A target throws <see cref="OracleException"/> where a promise of the grammar is broken.</summary>
public delegate void Target(ReadOnlySpan<byte> data);

/// <summary>The targets by name. Each reads, and holds what was read against a second way to the same answer.</summary>
public static class Targets
{
    const EnvelopeExtensions Extensions = EnvelopeExtensions.Size | EnvelopeExtensions.EightBitMime | EnvelopeExtensions.BinaryMime
        | EnvelopeExtensions.SmtpUtf8 | EnvelopeExtensions.Dsn | EnvelopeExtensions.Auth;

    public static IReadOnlyDictionary<string, Target> All { get; } = new Dictionary<string, Target>(StringComparer.Ordinal)
    {
        ["line"] = CutAnywhere.Lines,
        ["reply"] = CutAnywhere.Replies,
        ["body"] = CutAnywhere.Body,
        ["command"] = Command,
        ["mail"] = Mail,
        ["rcpt"] = Rcpt,
        ["mailbox"] = ParseMailbox,
        ["xtext"] = Xtext,
        ["base64"] = Base64,
        ["bearer"] = Bearer,
        ["imap"] = Imap,
        ["config"] = ConfigTarget.Load,
    };

    /// <summary>Verb and argument are pieces of the line, free of controls.</summary>
    static void Command(ReadOnlySpan<byte> data)
    {
        var command = CommandLine.Parse(data);
        Oracle.Holds(command.Argument.Length <= data.Length, "the argument is longer than the line");
        Oracle.Holds(command.Argument.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0, "a control passed");
        _ = BdatCommand.TryParse(command.Argument, out var bdat);
        Oracle.Holds(bdat.Length >= 0, "a negative length passed");
    }

    /// <summary>A MAIL that is read can be written, and reads back as the same.</summary>
    static void Mail(ReadOnlySpan<byte> data)
    {
        if (!MailCommand.TryParse(data, Extensions, out var command, out _))
            return;
        var output = new ArrayBufferWriter<byte>();
        Oracle.Holds(SmtpCommandWriter.TryMail(output, command, command.SmtpUtf8), "what was read cannot be written");
        var line = CommandLine.Parse(Oracle.OneLine(output));
        Oracle.Holds(MailCommand.TryParse(line.Argument, Extensions, out var again, out _) && again == command, "written as another MAIL");
    }

    /// <summary>The same for RCPT.</summary>
    static void Rcpt(ReadOnlySpan<byte> data)
    {
        if (!RcptCommand.TryParse(data, Extensions, smtpUtf8: true, out var command, out _))
            return;
        var output = new ArrayBufferWriter<byte>();
        // An ORCPT is written with no escape that it does not need, so it never outgrows the bound that it was read under.
        Oracle.Holds(SmtpCommandWriter.TryRcpt(output, command, utf8: true), "what was read cannot be written");
        var line = CommandLine.Parse(Oracle.OneLine(output));
        Oracle.Holds(RcptCommand.TryParse(line.Argument, Extensions, smtpUtf8: true, out var again, out _) && again == command, "written as another RCPT");
    }

    /// <summary>A mailbox has one normal form: writing it and reading that changes nothing.</summary>
    static void ParseMailbox(ReadOnlySpan<byte> data)
    {
        if (!Mailbox.TryParse(data, allowUtf8: true, out var mailbox))
            return;
        var output = new ArrayBufferWriter<byte>();
        mailbox.WriteTo(output);
        Oracle.Holds(Mailbox.TryParse(output.WrittenSpan, mailbox.IsUtf8, out var again) && again == mailbox, "written as another mailbox");
    }

    /// <summary>What is decoded is printable and encodes to a text that decodes to the same.</summary>
    static void Xtext(ReadOnlySpan<byte> data)
    {
        if (!XText.TryDecode(data, out var value))
            return;
        var output = new ArrayBufferWriter<byte>();
        XText.Encode(value, output);
        Oracle.Holds(XText.TryDecode(output.WrittenSpan, out var again) && again == value, "encoded as another value");
    }

    /// <summary>A text that is decoded is the one that the octets encode to: no value has two spellings.</summary>
    static void Base64(ReadOnlySpan<byte> data)
    {
        var octets = new byte[Base64Strict.MaxDecodedLength(data.Length)];
        if (Base64Strict.TryDecode(data, octets, out var written))
            Oracle.Holds(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(octets, 0, written)).AsSpan().SequenceEqual(data), "a second spelling passed");
    }

    /// <summary>A login by token that is read can be said to a host, and reads back as the same; there is no second name or token in it.</summary>
    static void Bearer(ReadOnlySpan<byte> data)
    {
        foreach (var mechanism in new[] { "OAUTHBEARER", "XOAUTH2" })
        {
            using var server = SaslServer.Create(System.Text.Encoding.ASCII.GetBytes(mechanism))!;
            if (server.Step(data, hasResponse: true, new ArrayBufferWriter<byte>()) != SaslStep.Complete)
                continue;
            using var read = server.TakeCredentials();
            var output = new ArrayBufferWriter<byte>();
            Oracle.Holds(SaslClient.Create(mechanism, read)!.TryRespond(default, output), "what was read cannot be said");
            Oracle.Holds(output.WrittenSpan.Count((byte)1) == 3, "a separator passed");
            using var again = SaslServer.Create(System.Text.Encoding.ASCII.GetBytes(mechanism))!;
            Oracle.Holds(again.Step(output.WrittenSpan, hasResponse: true, new ArrayBufferWriter<byte>()) == SaslStep.Complete, "what was said is no login");
            using var heard = again.TakeCredentials();
            Oracle.Holds(heard.UserName == read.UserName && heard.Secret.SequenceEqual(read.Secret), "said as another login");
        }
    }

    /// <summary>What is read from a response can go into a log.</summary>
    static void Imap(ReadOnlySpan<byte> data)
    {
        if (!ImapResponse.TryParse(data, out var response))
            return;
        Oracle.Holds(!(response.Text + response.Code + response.CodeArgument + response.Tag).Any(char.IsControl), "a control passed");
        if (response.Kind == ImapResponseKind.Capability)
            _ = ImapCapabilities.Parse(response.Text);
    }
}
