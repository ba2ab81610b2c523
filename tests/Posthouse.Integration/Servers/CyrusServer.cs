namespace Posthouse.Integration.Servers;

/// <summary>
/// A real Cyrus on loopback: IMAP with STARTTLS and IMAPS against a sasldb, LMTP that wants a login. It can be stopped and started
/// again on the same ports. What it has to say goes to syslog alone.
/// </summary>
public sealed class CyrusServer : IAsyncLifetime
{
    readonly ScratchFolder _folder = new("cyrus");
    CyrusConfig? _config;
    RunningProgram? _running;

    public int ImapPort => _config!.ImapPort;

    public int ImapsPort => _config!.ImapsPort;

    public int LmtpPort => _config!.LmtpPort;

    static string Program => MailServerFiles.Cyrus("usr/lib/cyrus/bin/master");

    static string SetSecret => MailServerFiles.Cyrus("usr/sbin/saslpasswd2");

    public async ValueTask InitializeAsync()
    {
        MailServerFiles.Require(Program, "Packages cyrus-imapd and cyrus-common.");
        MailServerFiles.Require(SetSecret, "Package sasl2-bin.");
        foreach (var folder in new[] { "config", "config/socket", "spool", "proc" })
            await _folder.MakeFolderAsync(folder, CyrusConfig.User);
        foreach (var account in Account.People.Concat(Account.Administrators).Append(Account.RelayServer))
            await AddLoginAsync(account);
        if (Environment.IsPrivilegedProcess)
            await RunningProgram.RunAsync("chown", [CyrusConfig.User, _folder["sasldb"]]);
        var certificate = ServerCertificate.Create(_folder, "cyrus.example.org");
        _config = new CyrusConfig(_folder.Path, certificate, LoopbackPort.Take(), LoopbackPort.Take(), LoopbackPort.Take());
        _folder.Write("imapd.conf", _config.Imapd());
        _folder.Write("cyrus.conf", _config.Master());
        await StartAsync();
        await CyrusMailboxes.CreateAsync(ImapPort, Account.People);
    }

    public async Task StartAsync()
    {
        string[] arguments = [Program, "-D", "-C", _folder["imapd.conf"], "-M", _folder["cyrus.conf"], "-p", _folder["master.pid"]];
        _running = RunningProgram.Start("setsid", arguments, CyrusConfig.Environment);
        foreach (var port in new[] { ImapPort, ImapsPort, LmtpPort })
            await _running.UntilListeningAsync(port, () => "");
    }

    public async Task StopAsync()
    {
        if (_running is null)
            return;
        await _running.KillGroupAsync();
        await _running.DisposeAsync();
        _running = null;
    }

    /// <summary>Falls silent with its ports and connections open, until <see cref="Thaw"/>.</summary>
    internal void Freeze() => _running!.FreezeGroup();

    internal void Thaw() => _running!.ThawGroup();

    /// <summary>Until some mailbox holds a message that ends with these octets.</summary>
    internal Task MessageEndingWithAsync(byte[] original) => Eventually.FindAsync("a message in Cyrus' spool", () => Directory
        .EnumerateFiles(_folder["spool"], "*.", SearchOption.AllDirectories)
        .Select(File.ReadAllBytes).FirstOrDefault(message => message.AsSpan().EndsWith(original)));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    // It reads the secret from its input.
    async Task AddLoginAsync(Account account)
    {
        string[] parts = [.. account.Mailbox.Split('@'), CyrusConfig.ServerName];
        await RunningProgram.RunAsync("sh", ["-c", "printf %s \"$1\" | \"$2\" -p -c -f \"$3\" -u \"$4\" \"$5\"",
            "sh", account.Secret, SetSecret, _folder["sasldb"], parts[1], parts[0]]);
    }
}
