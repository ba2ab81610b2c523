namespace Posthouse.Integration.Servers;

/// <summary>
/// A real Dovecot on loopback: IMAP with STARTTLS and IMAPS against a passwd-file, LMTP with STARTTLS into maildirs. It can be
/// stopped and started again on the same ports. Where it takes tokens, one that <see cref="Tokens"/> has signed logs in.
/// </summary>
public sealed class DovecotServer(bool takesTokens = false) : IAsyncLifetime
{
    readonly ScratchFolder _folder = new("dovecot");
    DovecotConfig? _config;
    RunningProgram? _running;

    internal SignedToken Tokens { get; } = new();

    public int ImapPort => _config!.ImapPort;

    public int ImapsPort => _config!.ImapsPort;

    public int LmtpPort => _config!.LmtpPort;

    /// <summary>Its certificate, which is its own authority, in PEM.</summary>
    public string CertificatePath => _config!.Certificate.CertificatePath;

    /// <summary>Where Dovecot answers Postfix's questions about logins.</summary>
    public string SaslSocket => _folder["run/sasl"];

    public string Log => File.Exists(_folder["dovecot.log"]) ? File.ReadAllText(_folder["dovecot.log"]) : "";

    public async ValueTask InitializeAsync()
    {
        MailServerFiles.Require("/usr/sbin/dovecot", "Package dovecot-core.");
        MailServerFiles.Require(MailServerFiles.Dovecot("usr/lib/dovecot/imap-login"), "Package dovecot-imapd.");
        MailServerFiles.Require(MailServerFiles.Dovecot("usr/lib/dovecot/lmtp"), "Package dovecot-lmtpd.");
        await _folder.MakeFolderAsync("mail", "mail:mail");
        WriteUsers([.. Account.People, Account.RelayServer]);
        var certificate = ServerCertificate.Create(_folder, "mail.example.org");
        _config = new DovecotConfig(_folder.Path, certificate, LoopbackPort.Take(), LoopbackPort.Take(), LoopbackPort.Take()) { TakesTokens = takesTokens };
        var version = await VersionAsync();
        if (takesTokens)
            await WriteTokenCheckAsync(version);
        _folder.Write("dovecot.conf", _config.Text(version));
        await StartAsync();
    }

    public async Task StartAsync()
    {
        _running = RunningProgram.Start("setsid", ["/usr/sbin/dovecot", "-F", "-c", _folder["dovecot.conf"]]);
        foreach (var port in new[] { ImapPort, ImapsPort, LmtpPort })
            await _running.UntilListeningAsync(port, () => Log);
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

    /// <summary>Takes users out of the passwd-file, at which Dovecot looks again at most a second later.</summary>
    internal void Remove(params Account[] accounts) => WriteUsers([.. Account.People.Except(accounts), Account.RelayServer]);

    internal Maildir MailboxOf(Account account) => new(_folder[$"mail/{account.Mailbox}"], LineEnd.Crlf);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    void WriteUsers(Account[] accounts) => _folder.Write("users", DovecotConfig.Users(_folder.Path, accounts));

    // The key stands under the token's issuer ("azp"), algorithm and key name, which are the default here but for the second.
    async Task WriteTokenCheckAsync(Version version)
    {
        if (version >= new Version(2, 4))
            Assert.Skip("Dovecot 2.4 says in other words how tokens are checked, in which it has not been tried.");
        foreach (var folder in new[] { "keys", "keys/default", "keys/default/HS256" })
            await _folder.MakeFolderAsync(folder);
        _folder.Write("keys/default/HS256/default", Convert.ToBase64String(Tokens.Key));
        _folder.Write("tokens.conf", DovecotConfig.TokenCheck(_folder.Path));
    }

    static async Task<Version> VersionAsync()
    {
        var version = await RunningProgram.RunAsync("/usr/sbin/dovecot", ["--version"]);
        return Version.Parse(string.Join('.', version.Split(' ', '-', '\n')[0].Split('.').Take(3)));
    }
}
