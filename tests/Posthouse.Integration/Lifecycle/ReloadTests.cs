using System.Globalization;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Lifecycle;

/// <summary>SIGHUP again and again, while clients talk and mail goes out.</summary>
public class ReloadTests
{
    const int Sessions = 200;
    const int Senders = 20;
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
        var clients = Enumerable.Range(0, Sessions).Select(number => TalkAsync(gateway, sends: number < Senders, turns, done.Token)).ToArray();

        // The first reloads fill what later ones use again.
        var warm = reloads / 4;
        for (var i = 1; i <= warm; i++)
            await ReloadOnceAsync(i);
        var (memory, files) = (Memory(gateway.Id), Files(gateway.Id));
        for (var i = warm + 1; i <= reloads; i++)
            await ReloadOnceAsync(i);
        var (memoryNow, filesNow) = (Memory(gateway.Id), Files(gateway.Id));

        await done.CancelAsync();
        var sent = (await Task.WhenAll(clients)).Sum();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await remotes.Mail.Journal.WaitForMessagesAsync(sent, deadline.Token);
        Assert.Equal(sent, remotes.Mail.Journal.Messages);
        Assert.InRange(remotes.Mail.Journal.Connections, 1, Concurrency + (2 * sent / Requests) + 1);
        Assert.InRange(filesNow, 1, files + 20);
        Assert.True(memoryNow < memory + 64 * 1024, $"{memory} KiB became {memoryNow} KiB in {reloads - warm} reloads");

        async Task ReloadOnceAsync(int number)
        {
            await gateway.ReloadAsync(Config(number));
            turns.Reloads = number;
        }

        // The host of logins is another with each reload, that of mail the same.
        GatewayConfig Config(int number)
        {
            var config = remotes.Config(mail => mail with { Concurrency = Concurrency, Requests = Requests });
            return config with
            {
                Greeting = $"number {number}",
                MessagesPerSession = 1_000_000,
                Remotes = config.Remotes.Replace("remote.\"imap\"]", $"remote.\"imap\"]\nbreaker.cooldown = \"{10 + number}s\"", StringComparison.Ordinal),
            };
        }
    }

    /// <summary>Messages sent until the token fires; any reply that is not a 2xx is a failed test.</summary>
    static async Task<int> TalkAsync(GatewayProcess gateway, bool sends, Turns turns, CancellationToken done)
    {
        await using var client = await gateway.ConnectAsync();
        Good(await client.SayAsync("EHLO client.example.org"));
        var message = TestMessage.Hostile("reload").Bytes;
        var (sent, turn) = (0, -1);
        while (!done.IsCancellationRequested)
        {
            if (sends)
            {
                Good(await client.SendAsync("someone@example.net", Account.Jane.Mailbox, message, " BODY=8BITMIME"));
                sent++;
            }
            else if (turns.Now is var now && now != turn)
            {
                turn = now;
                Good(await client.SayAsync("NOOP"));
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
        return sent;
    }

    /// <summary>Every so many reloads whoever is idle says a word.</summary>
    sealed class Turns(int every)
    {
        volatile int _reloads;

        public int Reloads
        {
            set => _reloads = value;
        }

        public int Now => _reloads / every;
    }

    static void Good(SmtpReply reply) => Assert.True(reply.Code / 100 == 2, reply.ToString());

    static long Memory(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    static int Files(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;
}
