using System.Net;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Bench;

/// <summary>
/// What evaluating a rule costs that asks no host, and what a list of a million entries takes to be read and to be kept. All of it in
/// processor time, since one thread does the work and waits for nobody.
/// </summary>
static class RulesScenario
{
    static readonly (string Name, string Branches)[] Rules =
    [
        ("one condition, a domain", """{ if = "rcpt-domain", eq = "example.org", then = "a" }"""),
        ("four, each a branch", """
            { if = "listener", eq = "submission", then = "b" }, { if = "is-tls", eq = false, then = "b" },
            { if = "sender", ends-with = "@elsewhere.example", then = "b" }, { if = "rcpt-domain", eq = "example.org", then = "a" }
            """),
        ("four in an all-of", """
            { all-of = [ { if = "listener", eq = "smtp" }, { if = "remote-ip", eq = "192.0.2.0/24" }, { if = "rcpt", starts-with = "joe" },
            { none-of = [ { if = "authenticated-as", ne = "" } ] } ], then = "a" }
            """),
        ("one in-list of the large list", """{ if = "rcpt", in-list = "list/large", then = "a" }"""),
        ("one network of the list", """{ if = "remote-ip", in-list = "list/nets", then = "a" }"""),
        ("one pattern", """{ if = "rcpt", matches = "^joe\\.[0-9]+@", then = "a" }"""),
    ];

    public static async Task RunAsync(BenchArguments arguments)
    {
        int runs = arguments.Number("runs", 7), times = arguments.Number("times", 1_000_000), entries = arguments.Number("entries", 1_000_000);
        var folder = Directory.CreateTempSubdirectory("posthouse-bench-").FullName;
        try
        {
            var file = Path.Combine(folder, "large");
            await using var remotes = new RemoteHostRegistry([]);
            var directory = new LookupDirectory();

            Console.WriteLine("| list | CPU s to load | MB kept | MB allocated |");
            Console.WriteLine("| --- | --- | --- | --- |");
            Load("logins", file, runs, entries, i => $"joe.{i}@example.org:secret-of-{i}", directory);
            Load("addresses", file, runs, entries, i => $"joe.{i}@example.org", directory);
            directory.Use(remotes);

            Console.WriteLine("\n| rule | CPU ns | B allocated |");
            Console.WriteLine("| --- | --- | --- |");
            foreach (var (name, branches) in Rules)
                Row(name, Read(file, branches, directory).Queue.NextHop, runs, times);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static GatewayModel Load(string name, string file, int runs, int entries, Func<int, string> entry, LookupDirectory directory)
    {
        File.WriteAllLines(file, Enumerable.Range(0, entries).Select(entry));
        var (seconds, allocated, kept) = (new Spread(), 0L, 0L);
        GatewayModel model = null!;
        for (var run = 0; run < runs; run++)
        {
            model = null!;
            var (before, total) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes(precise: true));
            var start = Environment.CpuUsage.TotalTime;
            model = Read(file, Rules[0].Branches, directory);
            seconds.Add((Environment.CpuUsage.TotalTime - start).TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - total;
            kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        }
        if (model.Lists["large"].Count != entries)
            throw new InvalidOperationException("entries are missing");
        Console.WriteLine(FormattableString.Invariant($"| {entries} {name} | {seconds.Text("F2")} | {kept / 1e6:F0} | {allocated / 1e6:F0} |"));
        return model;
    }

    static GatewayModel Read(string file, string branches, LookupDirectory directory)
    {
        var result = ConfigLoader.Parse(
            $$"""
            [server]
            hostname = "gw.example.org"
            [server.listener.smtp]
            bind = "127.0.0.1:0"
            [list]
            large = "file://{{file}}"
            nets = ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"]
            [remote.a]
            address = "a.example.org"
            protocol = "lmtp"
            [remote.b]
            address = "b.example.org"
            protocol = "lmtp"
            [queue.outbound]
            next-hop = [ {{branches}}, { else = false } ]
            """,
            "bench.toml", directory.Membership);
        return result.Model ?? throw new InvalidOperationException(string.Join('\n', result.Problems));
    }

    static void Row(string name, Setting<NextHop> setting, int runs, int times)
    {
        var (subject, time, bytes) = (new Recipient(), new Spread(), long.MaxValue);
        for (var run = -1; run < runs; run++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < times; i++)
            {
                var evaluation = setting.EvaluateAsync(subject, CancellationToken.None);
                if (!evaluation.IsCompletedSuccessfully || evaluation.Result.Value.Remote != "a")
                    throw new InvalidOperationException("not what the rule says");
            }
            // The first warms up the compiler.
            if (run >= 0)
                time.Add((Environment.CpuUsage.TotalTime - start).TotalNanoseconds / times);
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }
        Console.WriteLine(FormattableString.Invariant($"| {name} | {time.Text("F0")} | {(double)bytes / times:F3} |"));
    }

    /// <summary>As a queued message shows one.</summary>
    sealed class Recipient : IRuleSubject
    {
        readonly IPAddress _remote = IPAddress.Parse("192.0.2.7");

        public string Text(RuleVariable variable) => variable switch
        {
            RuleVariable.Listener => "smtp",
            RuleVariable.RemoteIp => "192.0.2.7",
            RuleVariable.Sender => "ann@example.com",
            RuleVariable.Rcpt => "joe.4711@example.org",
            RuleVariable.RcptDomain => "example.org",
            _ => "",
        };

        public IPAddress? Address(RuleVariable variable) => _remote;

        public long Number(RuleVariable variable) => 1;
    }
}
