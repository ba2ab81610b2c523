namespace Posthouse.Integration.Servers;

/// <summary>
/// A real Postfix on loopback in front of <see cref="DovecotServer"/>'s accounts: STARTTLS, AUTH by Dovecot's answer, unknown
/// recipients refused, mail into maildirs. It can be stopped and started again on the same port.
/// </summary>
public sealed class PostfixServer(DovecotServer dovecot) : IAsyncLifetime
{
    readonly ScratchFolder _folder = new("postfix");
    RunningProgram? _running;

    public int Port { get; } = LoopbackPort.Take();

    public string Log => File.Exists(_folder["postfix.log"]) ? File.ReadAllText(_folder["postfix.log"]) : "";

    static string Program => MailServerFiles.Postfix("usr/lib/postfix/sbin/master");

    public async ValueTask InitializeAsync()
    {
        MailServerFiles.Require(Program, "Package postfix.");
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "Postfix starts only as root.");
        await _folder.MakeFolderAsync("mail", "mail:mail");
        await _folder.MakeFolderAsync("data", "daemon");
        await _folder.MakeFolderAsync("queue");
        await _folder.MakeFolderAsync("conf");
        var config = new PostfixConfig(_folder.Path, ServerCertificate.Create(_folder, "smtp.example.org"), Port, dovecot.SaslSocket);
        _folder.Write("conf/main.cf", config.Main());
        _folder.Write("conf/master.cf", config.Master());
        _folder.Write("mailboxes", PostfixConfig.Mailboxes(Account.People));

        // Makes the queue's folders.
        await RunningProgram.RunAsync(MailServerFiles.Postfix("usr/sbin/postfix"), ["-c", _folder["conf"], "check"], PostfixConfig.Environment(_folder.Path));
        await StartAsync();
    }

    public async Task StartAsync()
    {
        _running = RunningProgram.Start("setsid", [Program, "-c", _folder["conf"], "-d"], PostfixConfig.Environment(_folder.Path));
        await _running.UntilListeningAsync(Port, () => Log);
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

    internal Maildir MailboxOf(Account account) => new(_folder[$"mail/{account.Mailbox}"], LineEnd.Lf);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
