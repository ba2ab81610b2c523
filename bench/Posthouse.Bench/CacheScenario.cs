using System.Diagnostics;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;

namespace Posthouse.Bench;

/// <summary>What an answer costs that is known already: time and allocation through the public host, and memory for each one kept.</summary>
static class CacheScenario
{
    const int Users = 1000;

    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 7), hits = arguments.Number("hits", 1_000_000), entries = arguments.Number("entries", 200_000);
        var (known, unknown, logins) = (BenchAccounts.Mailboxes("user", Users), BenchAccounts.Mailboxes("nobody", Users), BenchAccounts.Logins(Users));
        await using var sandbox = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Smtp, Accounts = BenchAccounts.Make(Users) });
        await sandbox.StartAsync();
        await using var host = new RemoteHost(new RemoteHostOptions
        {
            Id = "bench",
            Address = "127.0.0.1",
            Port = sandbox.Port,
            Protocol = RemoteProtocol.Smtp,
            Lookup = true,
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
            Cache = new RemoteCacheOptions { Entries = 10 * Users },
        });

        Console.WriteLine($"| cached, {Users} names in turn | ns, one thread | ns, two threads at once | B allocated |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await RowAsync("recipient, yes", AnswerKind.Yes, hits, i => host.VerifyRecipientAsync(known[i], CancellationToken.None));
        await RowAsync("recipient, no", AnswerKind.No, hits, i => host.VerifyRecipientAsync(unknown[i], CancellationToken.None));
        await RowAsync("login, yes", AnswerKind.Yes, hits / 5, i => host.AuthenticateAsync(logins[i], CancellationToken.None));

        Console.WriteLine($"\n| {entries} kept | B per entry | strings of its name besides |");
        Console.WriteLine("| --- | --- | --- |");
        KeptRow("recipient", entries, Question.Recipient);
        KeptRow("login", entries, mailbox => Question.Login(mailbox.ToString(), new Digest(1, 2, 3, 4)));
        LruComparison.Run(runs, hits, entries);

        async Task RowAsync(string name, AnswerKind expected, int count, Func<int, ValueTask<Answer>> ask)
        {
            for (var i = 0; i < Users; i++)
                await ask(i);
            long allocated = 0;
            var one = await Spread.OfAsync(runs, () => Task.FromResult(Hit(expected, count, ask, ref allocated)));
            var two = await Spread.OfAsync(runs, async () => (await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                long ignored = 0;
                return Hit(expected, count, ask, ref ignored);
            })))).Average());
            Console.WriteLine(FormattableString.Invariant($"| {name} | {one.Text("F0")} | {two.Text("F0")} | {(double)allocated / count / runs:F3} |"));
        }
    }

    /// <summary>Nanoseconds for each.</summary>
    static double Hit(AnswerKind expected, int count, Func<int, ValueTask<Answer>> ask, ref long allocated)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var asked = ask(i % Users);
            if (!asked.IsCompletedSuccessfully || asked.Result is not { Source: AnswerSource.Cache } answer || answer.Kind != expected)
                throw new InvalidOperationException("not from the cache");
        }
        var time = Stopwatch.GetElapsedTime(start);
        allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
        return time.TotalNanoseconds / count;
    }

    static void KeptRow(string name, int entries, Func<Mailbox, Question> question)
    {
        var empty = GC.GetTotalMemory(forceFullCollection: true);
        var mailboxes = BenchAccounts.Mailboxes("user", entries);
        var questions = Array.ConvertAll(mailboxes, mailbox => question(mailbox));
        var named = GC.GetTotalMemory(forceFullCollection: true);
        var cache = new AnswerCache(new RemoteCacheOptions { Entries = entries }, TimeProvider.System);
        foreach (var each in questions)
            cache.Keep(each, new Answer { Kind = AnswerKind.Yes }, 0);
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        var strings = questions.Sum(each => StringSize(each.Key.Name) + (each.Key.Domain.Length > 0 ? StringSize(each.Key.Domain) : 0));
        if (cache.PositiveEntries != entries || named < empty)
            throw new InvalidOperationException("not all were kept");
        Console.WriteLine(FormattableString.Invariant($"| {name} | {(double)(kept - named) / entries:F0} | {strings / entries} |"));
        GC.KeepAlive(mailboxes);
        GC.KeepAlive(questions);
    }

    // Header, method table, length, characters, closing zero; in units of 8.
    static long StringSize(string text) => (22 + 2 * text.Length + 7) / 8 * 8;
}
