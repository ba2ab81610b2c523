using System.Diagnostics;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;

namespace Posthouse.Bench;

/// <summary>Recipient checks per second at one remote host: each address new (cold), and again from the cache (warm).</summary>
static class RecipientScenario
{
    public static async Task RunAsync(BenchArguments arguments)
    {
        int checks = arguments.Number("checks", 20000), tasks = arguments.Number("tasks", 200);
        var accounts = new SandboxAccounts();
        var mailboxes = new Mailbox[checks];
        for (int i = 0; i < checks; i++)
        {
            string address = $"user{i}@example.org";
            accounts.AddUser(address, "secret");
            if (!Mailbox.TryParse(address, out mailboxes[i]))
                throw new InvalidOperationException(address);
        }

        await using var sandbox = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = accounts });
        await sandbox.StartAsync(CancellationToken.None);
        await using var host = new RemoteHost(new RemoteHostOptions
        {
            Id = "sandbox",
            Address = "127.0.0.1",
            Port = sandbox.Port,
            Protocol = RemoteProtocol.Lmtp,
            Lookup = true,
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
            Cache = new RemoteCacheOptions { Entries = checks },
        });

        Console.WriteLine("| | checks/s | RCPT at the host | connections at the host |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (string pass in (string[])["cold", "warm"])
        {
            int asked = sandbox.Journal.Count("RCPT");
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, tasks).Select(t => Task.Run(() => CheckAsync(host, mailboxes, t, tasks))));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant($"| {pass} | {checks / seconds:F0} | {sandbox.Journal.Count("RCPT") - asked} | {sandbox.Journal.Connections} |"));
        }
    }

    static async Task CheckAsync(RemoteHost host, Mailbox[] mailboxes, int first, int step)
    {
        for (int i = first; i < mailboxes.Length; i += step)
        {
            Answer answer = await host.VerifyRecipientAsync(mailboxes[i], CancellationToken.None);
            if (answer.Kind != AnswerKind.Yes)
                throw new InvalidOperationException($"{mailboxes[i]}: {answer.Kind}: {answer.Reason}");
        }
    }
}
