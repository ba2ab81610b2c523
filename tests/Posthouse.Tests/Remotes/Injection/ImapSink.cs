using System.Text;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>An IMAP host that takes nothing but CAPABILITY, logins and LOGOUT.</summary>
sealed class ImapSink(string? mechanism, bool saslIr) : StrictSink
{
    string Capabilities => $"IMAP4rev1{(saslIr ? " SASL-IR" : "")}{(mechanism is null ? "" : $" LOGINDISABLED AUTH={mechanism}")}";

    protected override async Task ServeAsync(SinkLine line)
    {
        await line.SayAsync($"* OK [CAPABILITY {Capabilities}] sink\r\n");
        var tags = new HashSet<string>();
        while (await line.ReadAsync() is { } command)
        {
            if (command.Length > 8190 || Array.Exists(command, octet => octet >= 0x80))
                throw new SinkFault($"too long, or 8-bit: {Hex(command)}");
            var text = Encoding.ASCII.GetString(command);
            var words = text.Split(' ');
            var tag = words[0];
            if (tag.Length == 0 || !tag.All(char.IsAsciiLetterOrDigit) || !tags.Add(tag))
                throw new SinkFault($"no tag: {text}");
            switch (words)
            {
                case [_, "LOGOUT"]:
                    await line.SayAsync($"* BYE\r\n{tag} OK\r\n");
                    return;
                case [_, "AUTHENTICATE", var named] when named == mechanism:
                    await AuthenticateAsync(line, tag, null);
                    break;
                case [_, "AUTHENTICATE", var named, var initial] when named == mechanism && saslIr:
                    await AuthenticateAsync(line, tag, initial == "=" ? [] : SinkLine.Base64(Encoding.ASCII.GetBytes(initial)));
                    break;
                case [_, "LOGIN", ..] when mechanism is null:
                    Enter(Login(text[(tag.Length + " LOGIN ".Length)..]));
                    await AnswerAsync(line, tag);
                    break;
                default:
                    throw new SinkFault($"no command: {text}");
            }
        }
    }

    async Task AuthenticateAsync(SinkLine line, string tag, byte[]? initial)
    {
        var sasl = new SinkSasl(Secret, async challenge =>
        {
            await line.SayAsync($"+ {Convert.ToBase64String(challenge)}\r\n");
            return await line.ReadBase64Async();
        });
        Enter(await sasl.RunAsync(mechanism!, initial));
        await AnswerAsync(line, tag);
    }

    Task AnswerAsync(SinkLine line, string tag) => line.SayAsync(SaysYes ? $"{tag} OK yes\r\n" : $"{tag} NO [AUTHENTICATIONFAILED] no\r\n");

    // RFC 9051 section 9: two quoted strings; neither an atom nor a literal is of use where anything may be in a value.
    public static string Login(string arguments)
    {
        var at = 0;
        var user = Quoted(arguments, ref at);
        if (at >= arguments.Length || arguments[at++] != ' ')
            throw new SinkFault($"no blank between the arguments: {arguments}");
        var password = Quoted(arguments, ref at);
        return at == arguments.Length ? $" {Hex(user)} {Hex(password)}" : throw new SinkFault($"more than two arguments: {arguments}");
    }

    static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        if (at >= text.Length || text[at++] != '"')
            throw new SinkFault($"not in quotes: {text}");
        for (; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return value.ToString();
            }
            if (text[at] == '\\' && (++at == text.Length || text[at] is not ('"' or '\\')))
                throw new SinkFault($"a bad escape: {text}");
            value.Append(text[at]);
        }
        throw new SinkFault($"no end of a quoted string: {text}");
    }
}
