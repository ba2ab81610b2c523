using System.Globalization;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Lifecycle;

/// <summary>SIGHUP again and again, while clients log in, ask, send and wait, and mail goes out.</summary>
public class ReloadTests
{
    const int Sessions = 200;
    const int Senders = 20;
    const int Askers = 30;
    const int Users = 10;
    const int Concurrency = 5;
    const int Requests = 50;

    [Fact]
    public Task A_hundred_reloads_cost_no_command_no_message_and_no_connection_of_a_host_that_stays() => ReloadAsync(100);

    [Fact(Explicit = true)]
    public Task A_thousand_reloads_cost_nothing_either() => ReloadAsync(1_000);

    static async Task ReloadAsync(int reloads)
    {
        await using var remotes = await SandboxRemotes.StartAsync(keepBodies: false);
        await using var gateway = await GatewayProcess.StartAsync(Config(0));
        using var done = new CancellationTokenSource();
        // However long it takes: of commands that lead nowhere a session is allowed a hundred.
        var turns = new Turns(Math.Max(1, reloads / 80));
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync(gateway, done.Token)).ToArray();
        var users = Enumerable.Range(0, Users).Select(_ => LogInAsync(gateway, done.Token)).ToArray();
        Task[] others =
        [
            .. Enumerable.Range(0, Askers).Select(number => AskAsync(gateway, number, turns, done.Token)),
            .. Enumerable.Range(0, Sessions - Senders - Users - Askers).Select(_ => WaitAsync(gateway, turns, done.Token)),
        ];

        // The first reloads fill what later ones use again.
        var warm = reloads / 4;
        for (var i = 1; i <= warm; i++)
            await ReloadOnceAsync(i);
        var (memory, files) = (Memory(gateway.Id), Files(gateway.Id));
        for (var i = warm + 1; i <= reloads; i++)
            await ReloadOnceAsync(i);
        var (memoryNow, filesNow) = (Memory(gateway.Id), Files(gateway.Id));

        await done.CancelAsync();
        await Task.WhenAll(others);
        var (sent, loggedIn) = ((await Task.WhenAll(senders)).Sum(), (await Task.WhenAll(users)).Sum());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var mail = remotes.Mail.Journal;
        await mail.WaitForMessagesAsync(sent, deadline.Token);
        Assert.Equal(sent, mail.Messages);
        // What was asked was asked of the hosts, or this would be a test of the caches; new hosts of logins were asked anew. How often depends on the
        // machine, on which reloads may come faster than logins.
        Assert.All(["VRFY", "EXPN"], verb => Assert.InRange(mail.Count(verb), reloads / 10, int.MaxValue));
        Assert.InRange(mail.Count("RCPT"), sent + reloads / 10, int.MaxValue);
        Assert.InRange(loggedIn, reloads / 10, int.MaxValue);
        Assert.InRange(remotes.Imap.Journal.Connections, reloads / 10, long.MaxValue);
        // A check of a recipient and its message are two requests, with an RCPT each.
        var asked = mail.Count("VRFY") + mail.Count("EXPN") + mail.Count("RCPT");
        Assert.InRange(mail.Connections, 1, Concurrency + (2 * asked / Requests) + 1);
        Assert.InRange(filesNow, 1, files + 40);
        Assert.True(memoryNow < memory + 64 * 1024, $"{memory} KiB became {memoryNow} KiB in {reloads - warm} reloads");

        async Task ReloadOnceAsync(int number)
        {
            await gateway.ReloadAsync(Config(number));
            turns.Reloads = number;
        }

        // The host of logins is another with each reload, that of mail the same; it is asked each time.
        GatewayConfig Config(int number)
        {
            var config = remotes.Config(mail => mail with { Concurrency = Concurrency, Requests = Requests, CacheEntries = 0 });
            return config with
            {
                Greeting = $"number {number}",
                MessagesPerSession = 1_000_000,
                AllowPlainText = true,
                Remotes = config.Remotes.Replace("remote.\"imap\"]", $"remote.\"imap\"]\nbreaker.cooldown = \"{10 + number}s\"", StringComparison.Ordinal),
            };
        }
    }

    /// <summary>Messages sent until the token fires; here and below any reply but the right one is a failed test.</summary>
    static async Task<int> SendAsync(GatewayProcess gateway, CancellationToken done)
    {
        await using var client = await GreetedAsync(gateway);
        var message = TestMessage.Hostile("reload").Bytes;
        var sent = 0;
        for (; !done.IsCancellationRequested; sent++)
        {
            Good(await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message, " BODY=8BITMIME"));
            await RestAsync();
        }
        return sent;
    }

    /// <summary>Logins until the token fires, each in a session of its own, as it gets one.</summary>
    static async Task<int> LogInAsync(GatewayProcess gateway, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            await using var client = await GreetedAsync(gateway);
            Good(await client.AuthPlainAsync(Account.Bob.Mailbox, Account.Bob.Secret));
            Good(await client.SayAsync("QUIT"));
            await RestAsync();
        }
        return count;
    }

    /// <summary>A user who is logged in and asks something with each reload.</summary>
    static async Task AskAsync(GatewayProcess gateway, int number, Turns turns, CancellationToken done)
    {
        await using var client = await GreetedAsync(gateway);
        Good(await client.AuthPlainAsync(Account.Jane.Mailbox, Account.Jane.Secret));
        await turns.TakeAsync(async turn =>
        {
            if (((turn + number) % 3) switch { 0 => $"VRFY {Account.Bob.Mailbox}", 1 => "EXPN staff@example.org", _ => null } is { } question)
            {
                Good(await client.SayAsync(question));
                return;
            }
            Good(await client.SayAsync($"MAIL FROM:<{Account.Jane.Mailbox}>"));
            Good(await client.SayAsync($"RCPT TO:<{Account.Carol.Mailbox}>"));
            Good(await client.SayAsync("RSET"));
        }, done);
    }

    /// <summary>A client that only wants to stay.</summary>
    static async Task WaitAsync(GatewayProcess gateway, Turns turns, CancellationToken done)
    {
        await using var client = await GreetedAsync(gateway);
        await turns.TakeAsync(async _ => Good(await client.SayAsync("NOOP")), done);
    }

    static async Task<SmtpClientDialogue> GreetedAsync(GatewayProcess gateway)
    {
        var client = await gateway.ConnectAsync();
        Good(await client.SayAsync("EHLO client.example.org"));
        return client;
    }

    static Task RestAsync() => Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);

    /// <summary>Every so many reloads whoever waits for one says something.</summary>
    sealed class Turns(int every)
    {
        volatile int _reloads;

        public int Reloads
        {
            set => _reloads = value;
        }

        public async Task TakeAsync(Func<int, Task> say, CancellationToken done)
        {
            for (var turn = -1; !done.IsCancellationRequested; await RestAsync())
            {
                if (_reloads / every is var now && now != turn)
                    await say(turn = now);
            }
        }
    }

    static void Good(SmtpReply reply) => Assert.True(reply.Code / 100 == 2, reply.ToString());

    static long Memory(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    static int Files(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;
}
