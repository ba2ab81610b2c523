using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
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
    static readonly Option<string?> SocketPath = new("--socket") { Description = "Listen on this Unix socket instead of a port.", HelpName = "PATH" };
    static readonly Option<string?> CertificatePath = new("--certificate") { Description = "Write its certificate to this file, in PEM form, for a client's tls.ca.", HelpName = "FILE" };
    static readonly Option<string[]> Users = new("--user") { Description = "A mailbox and its secret, as MAILBOX:SECRET. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<string[]> Services = new("--service") { Description = "A login without a mailbox, as NAME:SECRET. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<string[]> Lists = new("--list") { Description = "A list and its members, as LIST=MAILBOX,MAILBOX. May be repeated.", DefaultValueFactory = _ => [] };
    static readonly Option<bool> RequireAuth = new("--require-auth") { Description = "Refuse MAIL, VRFY and EXPN before AUTH (SMTP, LMTP)." };
    static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Do not show what is said." };

    /// <summary>What the system takes for a socket's path, its end not counted.</summary>
    const int LongestSocketPath = 107;

    public static Command Create()
    {
        var command = new Command("sandbox", "Run a small SMTP, LMTP or IMAP server with made-up accounts, on loopback, until Ctrl-C.")
        {
            Protocol, Tls, Port, SocketPath, CertificatePath, Users, Services, Lists, RequireAuth, Quiet,
        };
        Protocol.AcceptOnlyFromAmong("smtp", "lmtp", "imap");
        Tls.AcceptOnlyFromAmong("none", "starttls", "implicit");
        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError("--port: 0 to 65535");
        });
        SocketPath.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is not { Length: > 0 } path || Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--socket: a path of at most {LongestSocketPath} octets"));
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(SocketPath) is not null && result.GetResult(Port) is { Implicit: false })
                result.AddError("--socket and --port: one of them");
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
            SocketPath = parsed.GetValue(SocketPath),
            RequireAuth = parsed.GetValue(RequireAuth),
            Accounts = Accounts(parsed),
        });
        if (!parsed.GetValue(Quiet))
            server.Journal.Recorded += entry => output.WriteLine(JournalLine.Format(entry));

        var socket = parsed.GetValue(SocketPath);
        var part = socket is null ? $"port {parsed.GetValue(Port)}" : PrintableText.Of(socket);
        try
        {
            await server.StartAsync(stop.Token);
            if (parsed.GetValue(CertificatePath) is { } file)
            {
                part = PrintableText.Of(file);
                await File.WriteAllTextAsync(file, server.Certificate.ExportCertificatePem() + "\n", stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"posthouse: {part}: {PrintableText.Of(e.Message)}");
            return ExitCodes.Failure;
        }

        var place = socket is null ? $"127.0.0.1:{server.Port}" : $"unix:{PrintableText.Of(socket)}";
        await output.WriteLineAsync($"{parsed.GetValue(Protocol).ToString().ToLowerInvariant()} on {place}; Ctrl-C ends it");
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
