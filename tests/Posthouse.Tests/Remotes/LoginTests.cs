using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

public class LoginTests
{
    [Theory]
    [InlineData(SandboxProtocol.Smtp, "PLAIN")]
    [InlineData(SandboxProtocol.Smtp, "LOGIN")]
    [InlineData(SandboxProtocol.Lmtp, "PLAIN")]
    [InlineData(SandboxProtocol.Imap, "PLAIN")]
    [InlineData(SandboxProtocol.Imap, "LOGIN")]
    [InlineData(SandboxProtocol.Imap, "")]
    public async Task A_host_says_whether_a_login_is_right(SandboxProtocol protocol, string mechanism)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, serve: options =>
            options with { OfferAuth = mechanism.Length > 0, Mechanisms = [mechanism], SaslIr = false });

        Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        // A complete no leaves the connection for the next login.
        Assert.Equal(1, box.Journal.Connections);
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Imap)]
    public async Task A_connection_never_serves_another_user_after_a_yes(SandboxProtocol protocol)
    {
        await using var box = await SandboxedHost.StartAsync(protocol);

        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("joe@example.org", "tulip")).Kind);

        Assert.Equal(2, box.Journal.Connections);
    }

    [Fact]
    public async Task Credentials_that_were_wiped_are_the_callers_mistake_and_no_wrong_password()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        var credentials = new Posthouse.Wire.Sasl.Credentials("jane@example.org", "tulip"u8);
        credentials.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await box.Host.AuthenticateAsync(credentials, SandboxedHost.Token));
    }

    [Fact]
    public async Task A_late_answer_to_a_cancelled_login_is_nobodys()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap, options => options with { Concurrency = 1 });
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        box.Server.Faults.OnCommand = (verb, _) =>
        {
            if (verb != "AUTHENTICATE" || !asked.TrySetResult())
                return null;
            return SandboxAction.Stall;
        };
        using var leaving = new CancellationTokenSource();
        using var credentials = new Credentials("jane@example.org", "tulip"u8);
        var first = box.Host.AuthenticateAsync(credentials, leaving.Token).AsTask();
        await asked.Task.WaitAsync(SandboxedHost.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.Equal(AnswerKind.No, (await box.LogInAsync("joe@example.org", "wrong")).Kind);
        Assert.Equal(2, box.Journal.Connections);
    }

    [Fact]
    public async Task Guesses_at_one_user_hold_four_connections_at_most()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "AUTHENTICATE" ? SandboxAction.Hold(gate.Task) : null;
        var guesses = Enumerable.Range(0, 4).Select(i => box.LogInAsync("jane@example.org", $"guess{i}")).ToArray();
        var another = box.LogInAsync("joe@example.org", "tulip");
        await box.Journal.WaitAsync(() => box.Journal.Count("AUTHENTICATE") == 5, SandboxedHost.Token);

        var fifth = await box.LogInAsync("jane@example.org", "guess4");
        gate.SetResult();

        Assert.Equal((AnswerKind.Unavailable, AnswerSource.Local), (fifth.Kind, fifth.Source));
        Assert.All(await Task.WhenAll(guesses), static answer => Assert.Equal(AnswerKind.No, answer.Kind));
        Assert.Equal(AnswerKind.Yes, (await another).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task Two_users_with_one_password_are_two_questions()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        box.Accounts.Remove("joe@example.org");

        Assert.Equal(AnswerKind.No, (await box.LogInAsync("joe@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task A_right_login_is_kept_and_a_wrong_one_still_asks_the_host()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        await box.LogInAsync("jane@example.org", "tulip");
        Assert.Equal(AnswerSource.Cache, (await box.LogInAsync("jane@example.org", "tulip")).Source);

        box.Accounts.SetSecret("jane@example.org", "rose");
        var fresh = await box.LogInAsync("jane@example.org", "rose");
        var old = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal((AnswerKind.Yes, AnswerSource.Host), (fresh.Kind, fresh.Source));
        Assert.Equal((AnswerKind.No, AnswerSource.Host), (old.Kind, old.Source));
        await box.Server.StopAsync();
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("joe@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task A_host_in_trouble_is_not_a_wrong_password()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Imap);
        box.Server.Faults.OnCommand = (verb, _) => verb == "AUTHENTICATE" ? SandboxAction.Tagged("NO [UNAVAILABLE] database") : null;
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "tulip")).Kind);

        box.Server.Faults.OnCommand = null;
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task A_users_login_never_runs_on_a_connection_of_our_own_login()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Auth = new RemoteAuthOptions("relay", "mule"), Concurrency = 1 });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AnswerKind.No, (await box.CheckAsync($"nobody{i}@example.org")).Kind);
            Assert.Equal(AnswerKind.No, (await box.LogInAsync("jane@example.org", $"wrong{i}")).Kind);
        }
        // Each change of kind costs a new connection, since there is room for one only.
        Assert.Equal(6, box.Journal.Connections);
    }

    [Fact]
    public async Task A_refused_proof_is_not_a_wrong_password()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Mechanisms = ["SCRAM-SHA-256"] });

        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "rose")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Fact]
    public async Task A_success_before_the_secret_was_said_is_not_believed()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 AUTH LOGIN");
            await peer.ExpectAsync("AUTH LOGIN\r\n");
            await peer.SayAsync("235 come in\r\n");
            await peer.ExpectCloseAsync();
        });
        await using (var host = dialler.Host())
            Assert.Equal(AnswerKind.Unavailable, (await AskAsync(host)).Kind);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task An_IMAP_success_before_the_secret_was_said_is_not_believed()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n");
            var tag = (await peer.LineAsync()).Split(' ')[0];
            await peer.SayAsync($"{tag} OK come in\r\n");
            await peer.ExpectCloseAsync();
        });
        await using (var host = dialler.Host(RemoteProtocol.Imap))
            Assert.Equal(AnswerKind.Unavailable, (await AskAsync(host)).Kind);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("* PREAUTH [CAPABILITY IMAP4rev1] hello jane\r\n")]
    [InlineData("* BYE go away\r\n")]
    [InlineData("220 smtp\r\n")]
    [InlineData("* OK one\r\n* OK two\r\n")]
    public async Task An_odd_IMAP_greeting_is_never_a_success(string greeting)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync(greeting);
            await peer.ExpectCloseAsync();
        });
        await using (var host = dialler.Host(RemoteProtocol.Imap))
            Assert.Equal(AnswerKind.Unavailable, (await AskAsync(host)).Kind);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("jane", "")]
    [InlineData("jane\0joe", "x")]
    [InlineData("jane", "a\r\nb")]
    public async Task A_login_that_nobody_can_have_is_not_asked(string user, string secret)
    {
        var dialler = new ScriptedDialler();
        await using var host = dialler.Host();
        using var credentials = new Credentials(user, System.Text.Encoding.UTF8.GetBytes(secret));

        var answer = await host.AuthenticateAsync(credentials, SandboxedHost.Token);

        Assert.Equal((AnswerKind.No, AnswerSource.Local), (answer.Kind, answer.Source));
        Assert.Equal(0, dialler.Dialled);
    }

    static async Task<Answer> AskAsync(Posthouse.Remotes.Hosts.RemoteHost host)
    {
        using var credentials = new Credentials("jane", "tulip"u8);
        return await host.AuthenticateAsync(credentials, SandboxedHost.Token);
    }
}
