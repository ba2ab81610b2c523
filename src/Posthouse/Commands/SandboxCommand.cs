using System.CommandLine;
using Posthouse.Demo;
using Posthouse.Sandbox;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse sandbox</c>: a small mail server with made-up accounts on loopback, to point a gateway or a script at.</summary>
static class SandboxCommand
{
    static readonly Option<SandboxProtocol> Protocol = new("--protocol") { Description = "What it speaks.", DefaultValueFactory = _ => SandboxProtocol.Lmtp };
    static readonly Option<SandboxTls> Tls = new("--tls") { Description = "How it offers TLS, with a self-signed certificate.", DefaultValueFactory = _ => SandboxTls.StartTls };
    static readonly Option<int> Port = new("--port") { Description = "The port on loopback; 0 = any free one.", DefaultValueFactory = _ => 0 };
    static readonly Option<string[]> Users = new("--user") { Description = "A mailbox and its secret, as MAILBOX:SECRET. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<string[]> Services = new("--service") { Description = "A login without a mailbox, as NAME:SECRET. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<string[]> Lists = new("--list") { Description = "A list and its members, as LIST=MAILBOX,MAILBOX. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<bool> RequireAuth = new("--require-auth") { Description = "Refuse MAIL, VRFY and EXPN before AUTH (SMTP, LMTP)." };
    static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Do not show what is said." };

    public static Command Create()
    {
        var command = new Command("sandbox", "Run a small SMTP, LMTP or IMAP server with made-up accounts, on loopback, until Ctrl-C.")
        {
            Protocol, Tls, Port, Users, Services, Lists, RequireAuth, Quiet,
        };
        Protocol.AcceptOnlyFromAmong("smtp", "lmtp", "imap");
        Tls.AcceptOnlyFromAmong("none", "starttls", "implicit");
        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError("--port: 0 to 65535");
        });
        foreach (var (option, separator) in new[] { (Users, ':'), (Services, ':'), (Lists, '=') })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(value => value.IndexOf(separator, StringComparison.Ordinal) < 1) is not null)
                    result.AddError($"{option.Name}: a value without a '{separator}'");
            });
        }

        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var signals = new ShutdownSignals();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Requested, cancellationToken);
        var output = TextWriter.Synchronized(parsed.InvocationConfiguration.Output);
        await using var server = new SandboxServer(new SandboxOptions
        {
            Protocol = parsed.GetValue(Protocol),
            Tls = parsed.GetValue(Tls),
            Port = parsed.GetValue(Port),
            RequireAuth = parsed.GetValue(RequireAuth),
            Accounts = Accounts(parsed),
        });
        if (!parsed.GetValue(Quiet))
            server.Journal.Recorded += entry => output.WriteLine(JournalLine.Format(entry));

        try
        {
            await server.StartAsync(stop.Token);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"posthouse: port {parsed.GetValue(Port)}: {PrintableText.Of(e.Message)}");
            return ExitCodes.Failure;
        }

        await output.WriteLineAsync($"{parsed.GetValue(Protocol).ToString().ToLowerInvariant()} on 127.0.0.1:{server.Port}; Ctrl-C ends it");
        await output.FlushAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Success;
    }

    static SandboxAccounts Accounts(ParseResult parsed)
    {
        var accounts = new SandboxAccounts();
        foreach (var (name, secret) in Pairs(parsed.GetValue(Users), ':'))
            accounts.AddUser(name, secret);
        foreach (var (name, secret) in Pairs(parsed.GetValue(Services), ':'))
            accounts.AddService(name, secret);
        foreach (var (name, members) in Pairs(parsed.GetValue(Lists), '='))
            accounts.AddList(name, members.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return accounts;
    }

    static IEnumerable<(string Name, string Value)> Pairs(string[]? values, char separator) =>
        (values ?? []).Select(value => (value[..value.IndexOf(separator, StringComparison.Ordinal)], value[(value.IndexOf(separator, StringComparison.Ordinal) + 1)..]));
}
