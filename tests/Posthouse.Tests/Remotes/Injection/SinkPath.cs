using System.Globalization;
using System.Text;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>MAIL and RCPT taken apart: the path, and each parameter decoded.</summary>
static class SinkPath
{
    public static bool IsMail(ReadOnlySpan<byte> command) => command.StartsWith("MAIL "u8);

    /// <summary>The verb, the path's local part and domain in hexadecimal, and the parameters with their values decoded.</summary>
    public static string Read(byte[] command, string verb)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(command);
        if (!text.StartsWith($"{verb}<", StringComparison.Ordinal))
            throw new SinkFault($"neither {verb} nor anything else: {text}");
        var at = verb.Length + 1;
        var entry = new StringBuilder(verb).Append(ReadPath(text, ref at));
        if (at == text.Length)
            return entry.ToString();
        if (text[at] != ' ')
            throw new SinkFault($"something behind the path: {text}");
        foreach (var parameter in text[(at + 1)..].Split(' '))
            entry.Append(' ').Append(Decoded(parameter));
        return entry.ToString();
    }

    /// <summary>As <see cref="Read"/> gives a path.</summary>
    public static string Of(string localPart, string domain) => $"{StrictSink.Hex(localPart)}@{domain}";

    static string ReadPath(string text, ref int at)
    {
        if (text[at] == '>')
        {
            at++;
            return "<>";
        }
        var local = new StringBuilder();
        if (text[at] == '"')
        {
            for (at++; text[at] != '"'; at++)
                local.Append(text[at] == '\\' ? text[++at] : text[at]);
            at++;
        }
        else
        {
            for (; text[at] != '@'; at++)
            {
                if (text[at] is ' ' or '"' or '\\' or '<' or '>' or '(' or ')' or '[' or ']' or ':' or ';' or ',')
                    throw new SinkFault($"a special character out of quotes: {text}");
                local.Append(text[at]);
            }
        }
        if (text[at++] != '@')
            throw new SinkFault($"no domain: {text}");
        var end = text.IndexOf('>', at);
        var domain = end < 0 ? throw new SinkFault($"no end of the path: {text}") : text[at..end];
        if (domain.Length == 0 || domain.AsSpan().ContainsAny(" <@\"\\"))
            throw new SinkFault($"no domain: {text}");
        at = end + 1;
        return Of(local.ToString(), domain);
    }

    static string Decoded(string parameter)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (parameter, "") : (parameter[..equals], parameter[(equals + 1)..]);
        return name switch
        {
            "SMTPUTF8" when equals < 0 => name,
            "SIZE" when value.Length > 0 && value.All(char.IsAsciiDigit) => parameter,
            "RET" when value is "FULL" or "HDRS" => parameter,
            "NOTIFY" when value is "NEVER" or "SUCCESS" or "FAILURE" or "DELAY" => parameter,
            "ENVID" => $"ENVID={StrictSink.Hex(XText(value))}",
            "ORCPT" when value.StartsWith("utf-8;", StringComparison.OrdinalIgnoreCase) => $"ORCPT={StrictSink.Hex(value[..6] + Unicode(value[6..]))}",
            "ORCPT" when value.IndexOf(';', StringComparison.Ordinal) is > 0 and var semicolon =>
                $"ORCPT={StrictSink.Hex(value[..(semicolon + 1)] + XText(value[(semicolon + 1)..]))}",
            _ => throw new SinkFault($"no parameter: {parameter}"),
        };
    }

    // RFC 3461 section 4
    static string XText(string text)
    {
        var value = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < '!' or > '~' or '=')
                throw new SinkFault($"no xtext: {text}");
            if (text[i] != '+')
            {
                value.Append(text[i]);
                continue;
            }
            if (!int.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                throw new SinkFault($"no xtext: {text}");
            value.Append((char)octet);
            i += 2;
        }
        return value.ToString();
    }

    // RFC 6533 section 3, utf-8-addr-unitext
    static string Unicode(string text)
    {
        var value = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is ' ' or '+' or '=')
                throw new SinkFault($"no utf-8 address: {text}");
            if (text[i] != '\\')
            {
                value.Append(text[i]);
                continue;
            }
            var end = text.IndexOf('}', i);
            if (end < 0 || text[i + 1] != 'x' || text[i + 2] != '{')
                throw new SinkFault($"no utf-8 address: {text}");
            value.Append(char.ConvertFromUtf32(int.Parse(text.AsSpan((i + 3)..end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
            i = end;
        }
        return value.ToString();
    }
}
