using System.Text;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>An SMTP or LMTP host that takes nothing but what RFC 5321 lets a client say.</summary>
sealed class SmtpSink(string hello, string? mechanism = null, bool pipelining = false, bool smtpUtf8 = false, bool dsn = false) : StrictSink
{
    string Keywords => string.Concat(
        mechanism is null ? "" : $"250-AUTH {mechanism}\r\n", pipelining ? "250-PIPELINING\r\n" : "", smtpUtf8 ? "250-SMTPUTF8\r\n" : "", dsn ? "250-DSN\r\n" : "");

    protected override async Task ServeAsync(SinkLine line)
    {
        await line.SayAsync("220 sink\r\n");
        var hasUtf8Mail = false;
        var isGreeted = false;
        while (await line.ReadAsync() is { } command)
        {
            if (command.Length > 2046)
                throw new SinkFault("a line past the limit");
            if (!hasUtf8Mail && !SinkPath.IsMail(command) && Array.Exists(command, octet => octet >= 0x80))
                throw new SinkFault($"8-bit octets where nobody said SMTPUTF8: {Hex(command)}");
            var text = Encoding.UTF8.GetString(command);
            var verb = text.Split(' ')[0];
            if (!isGreeted && text == $"{hello} post.example")
            {
                isGreeted = true;
                await line.SayAsync($"250-sink\r\n{Keywords}250 HELP\r\n");
                continue;
            }
            switch (verb)
            {
                case "AUTH" when text.Split(' ') is [_, var named] && named == mechanism:
                    await LogInAsync(line, null);
                    break;
                case "AUTH" when text.Split(' ') is [_, var named, var initial] && named == mechanism && command.Length <= 510:
                    await LogInAsync(line, initial == "=" ? [] : SinkLine.Base64(Encoding.ASCII.GetBytes(initial)));
                    break;
                case "MAIL":
                    var mail = SinkPath.Read(command, "MAIL FROM:");
                    hasUtf8Mail = mail.Contains(" SMTPUTF8", StringComparison.Ordinal);
                    if (hasUtf8Mail && !smtpUtf8)
                        throw new SinkFault("SMTPUTF8, which was not offered");
                    if (!hasUtf8Mail && Array.Exists(command, octet => octet >= 0x80))
                        throw new SinkFault($"8-bit octets without SMTPUTF8: {Hex(command)}");
                    Enter(mail);
                    await line.SayAsync("250 ok\r\n");
                    break;
                case "RCPT":
                    Enter(SinkPath.Read(command, "RCPT TO:"));
                    await line.SayAsync("250 ok\r\n");
                    break;
                case "VRFY" or "EXPN" when command.Length > 5:
                    Enter($"{verb} {Hex(command.AsSpan(5))}");
                    await line.SayAsync("250 <a@b>\r\n");
                    break;
                case "RSET" when text == "RSET":
                    Enter(text);
                    hasUtf8Mail = false;
                    await line.SayAsync("250 ok\r\n");
                    break;
                case "DATA" when text == "DATA":
                    await TakeBodyAsync(line);
                    hasUtf8Mail = false;
                    break;
                case "QUIT" when text == "QUIT":
                    await line.SayAsync("221 bye\r\n");
                    return;
                default:
                    throw new SinkFault($"no command: {Hex(command)}");
            }
        }
    }

    async Task LogInAsync(SinkLine line, byte[]? initial)
    {
        var sasl = new SinkSasl(Secret, async challenge =>
        {
            await line.SayAsync($"334 {Convert.ToBase64String(challenge)}\r\n");
            return await line.ReadBase64Async();
        });
        Enter(await sasl.RunAsync(mechanism!, initial));
        await line.SayAsync(SaysYes ? "235 2.7.0 yes\r\n" : "535 5.7.8 no\r\n");
    }

    async Task TakeBodyAsync(SinkLine line)
    {
        await line.SayAsync("354 go on\r\n");
        var lines = 0;
        while (await line.ReadAsync() is var text && text is not [(byte)'.'])
        {
            if (text is null)
                throw new SinkFault("closed in the middle of a body");
            lines++;
        }
        Enter($"DATA of {lines} lines");
        await line.SayAsync("250 taken\r\n");
    }
}
