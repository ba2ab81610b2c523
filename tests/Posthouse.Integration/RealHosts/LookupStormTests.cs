using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Posthouse.Integration.Servers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Integration.RealHosts;

/// <summary>Many lookups of few recipients at a real Postfix, which writes at the end of a session what it was asked.</summary>
public partial class LookupStormTests
{
    const int Recipients = 1_000;
    const int Tasks = 200;
    const int LookupsOfATask = 50;

    [Fact]
    public async Task Ten_thousand_lookups_of_a_thousand_recipients_reach_Postfix_once_each()
    {
        await using var dovecot = await MailServers.StartDovecotAsync();
        await using var postfix = await MailServers.StartPostfixAsync(dovecot);
        var options = RealHost.Options(RemoteProtocol.Smtp, postfix.Port, Line.StartTls) with { Cache = new RemoteCacheOptions { Entries = Recipients } };
        await using (var host = new RealHost(options))
        {
            var waits = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => LookUpAsync(host, task))));
            Assert.InRange(waits.Max(), TimeSpan.Zero, options.Timeout);
        }

        var sessions = await Eventually.FindAsync("the ends of all sessions", () => Sessions(postfix.Log));
        Assert.Equal(Recipients, sessions.Sum(RcptCommands));
    }

    // Each task begins elsewhere and steps on by a number that has no divisor in common with theirs: all meet all.
    static async Task<TimeSpan> LookUpAsync(RealHost host, int task)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; i < LookupsOfATask; i++)
        {
            var number = ((task * LookupsOfATask) + (i * 7)) % Recipients;
            var start = Stopwatch.GetTimestamp();
            Assert.Equal(AnswerKind.Yes, (await host.CheckAsync($"jane+{number}@example.org")).Kind);
            var took = Stopwatch.GetElapsedTime(start);
            longest = took > longest ? took : longest;
        }
        return longest;
    }

    // "disconnect from localhost[127.0.0.1] ehlo=2 starttls=1 mail=1 rcpt=49/50 rset=1 quit=1 commands=55/56"
    static string[]? Sessions(string log)
    {
        var lines = log.Split('\n');
        var ended = lines.Where(line => line.Contains(": disconnect from ", StringComparison.Ordinal)).ToArray();
        return ended.Length == lines.Count(line => line.Contains(": connect from ", StringComparison.Ordinal)) ? ended : null;
    }

    static int RcptCommands(string session) =>
        Rcpt().Match(session) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@" rcpt=(?:\d+/)?(\d+)")]
    private static partial Regex Rcpt();
}
