using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>What makes a host forget.</summary>
public class FlushTests
{
    [Fact]
    public async Task One_name_is_forgotten_in_all_that_was_asked_of_it_and_no_other()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await box.CheckAsync("jane@example.org");
        await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token);
        await box.LogInAsync("jane@example.org", "tulip");
        await box.LogInAsync("joe@example.org", "wrong");
        await box.CheckAsync("nobody@example.org");

        Assert.Equal(3, box.Host.Flush("jane@example.org"));
        Assert.Equal((0, 2), (box.Host.Snapshot().PositiveEntries, box.Host.Snapshot().NegativeEntries));
        Assert.Equal(1, box.Host.Flush("joe@example.org"));
        Assert.Equal(0, box.Host.Flush("unknown"));
        Assert.Equal(AnswerSource.Cache, (await box.CheckAsync("nobody@example.org")).Source);
        Assert.Equal(AnswerSource.Host, (await box.CheckAsync("jane@example.org")).Source);
    }

    [Fact]
    public async Task Everything_is_forgotten_of_one_host_or_of_all()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using var registry = new RemoteHostRegistry([box.Host.Options with { Id = "one" }, box.Host.Options with { Id = "two" }]);
        foreach (var host in registry.Hosts)
            await host.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), SandboxedHost.Token);
        await box.CheckAsync("jane@example.org");

        Assert.Equal(1, box.Host.Flush());
        Assert.Equal(2, registry.Flush());
        Assert.All(registry.Hosts, host => Assert.Equal(0, host.Snapshot().PositiveEntries));
    }

    [Fact]
    public async Task An_answer_that_was_asked_for_before_a_flush_is_not_kept_after_it()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "RCPT" ? SandboxAction.Hold(gate.Task) : null;
        var asked = box.CheckAsync("jane@example.org");
        await box.Journal.WaitAsync(() => box.Journal.Count("RCPT") == 1, SandboxedHost.Token);

        box.Host.Flush();
        gate.SetResult();

        Assert.Equal(AnswerKind.Yes, (await asked).Kind);
        Assert.Equal(0, box.Host.Snapshot().PositiveEntries);
    }

    [Fact]
    public async Task A_login_takes_back_the_no_of_every_host_to_its_address()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await using var imap = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        await using var registry = new RemoteHostRegistry([box.Host.Options with { Id = "mail" }, imap.Host.Options with { Id = "imap" }]);
        Assert.True(registry.TryGet("mail", out var mail));
        Assert.True(registry.TryGet("imap", out var logins));
        var late = SandboxedHost.MailboxOf("late@example.org");
        Assert.Equal(AnswerKind.No, (await mail.VerifyRecipientAsync(late, SandboxedHost.Token)).Kind);
        box.Accounts.AddUser("late@example.org", "tulip");
        imap.Accounts.AddUser("late@example.org", "tulip");
        Assert.Equal(AnswerKind.No, (await mail.VerifyRecipientAsync(late, SandboxedHost.Token)).Kind);

        using var credentials = new Posthouse.Wire.Sasl.Credentials("late@example.org", "tulip"u8);
        Assert.Equal(AnswerKind.Yes, (await logins.AuthenticateAsync(credentials, SandboxedHost.Token)).Kind);

        Assert.Equal(AnswerKind.Yes, (await mail.VerifyRecipientAsync(late, SandboxedHost.Token)).Kind);
    }

    [Fact]
    public async Task A_flood_of_guesses_keeps_eight_refusals_of_a_user_and_pushes_out_nobody()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        await box.LogInAsync("jane@example.org", "tulip");
        for (var i = 0; i < 20; i++)
            Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", $"guess{i}")).Kind);
        var asked = box.Journal.Count("AUTHENTICATE");

        Assert.Equal(AnswerSource.Cache, (await box.LogInAsync("jane@example.org", "guess12")).Source);
        Assert.Equal(AnswerSource.Host, (await box.LogInAsync("jane@example.org", "guess11")).Source);
        Assert.Equal(AnswerSource.Cache, (await box.LogInAsync("jane@example.org", "tulip")).Source);
        Assert.Equal((asked + 1, 1, 1), (box.Journal.Count("AUTHENTICATE"), box.Host.Snapshot().PositiveEntries, box.Host.Snapshot().NegativeEntries));
    }
}
