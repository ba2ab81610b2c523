using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Hosts;
using Posthouse.Tests.Config;
using Posthouse.Tests.Delivery;

namespace Posthouse.Tests.Rules;

/// <summary>Rules are evaluated for each command and each recipient, so what asks no host leaves nothing for the collector.</summary>
public class RuleAllocationTests
{
    const string Text = """
        [list]
        domains = ["example.net", "example.com"]
        nets = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"]
        people = ["Bob@example.net", "carl@example.net"]
        [rule.named]
        if = "sender-domain"
        eq = "example.org"
        [remote.a]
        address = "a"
        protocol = "lmtp"
        [queue.outbound]
        next-hop = [
        """;

    [Theory]
    [InlineData("{ if = 'rcpt-domain', eq = 'EXAMPLE.net', then = 'a' }")]
    [InlineData("{ if = 'rcpt', starts-with = 'bob@', then = 'a' }")]
    [InlineData("{ if = 'remote-ip', eq = '127.0.0.0/8', then = 'a' }")]
    [InlineData("{ if = 'rcpt-domain', in-list = 'list/domains', then = 'a' }")]
    [InlineData("{ if = 'rcpt', not-in-list = 'list/people', then = 'a' }")]
    [InlineData("{ if = 'remote-ip', not-in-list = 'list/nets', then = 'a' }")]
    [InlineData("{ all-of = [ { if = 'listener', eq = 'smtp' }, { if = 'rcpt-domain', in-list = 'list/domains' }, { rule = 'named' }, { none-of = [ { if = 'is-tls', eq = true } ] } ], then = 'a' }")]
    [InlineData("{ if = 'size', eq = 1, then = false }, { if = 'authenticated-as', ne = '', then = false }, { if = 'sender', ends-with = '@nowhere.example', then = false }, { if = 'rcpt', eq = 'bob@Example.NET', then = 'a' }")]
    public async Task Four_conditions_without_regex_and_remote_allocate_nothing(string branches)
    {
        await using var remotes = new RemoteHostRegistry([]);
        var directory = new LookupDirectory();
        var result = Posthouse.Gateway.Config.ConfigLoader.Parse(
            $"{Text}{branches.Replace('\'', '"')}, {{ else = false }} ]\n[server]\nhostname = \"h.example\"\n[server.listener.l]\nbind = \"127.0.0.1:0\"\n", ConfigText.File, directory.Membership);
        Assert.DoesNotContain(result.Problems, problem => problem.IsError);
        directory.Use(remotes);
        var store = new MemoryStore();
        var message = store.Read(store.Add("bob@example.net"))!;
        var subject = new QueuedRecipient(message, message.Envelope.Recipients[0]);
        var setting = result.Model!.Queue.NextHop;

        Assert.Equal("a", Evaluate(setting, subject, 2));
        // Once more, since the runtime may bring in a better compiled method at any moment.
        var least = long.MaxValue;
        for (var i = 0; i < 5 && least != 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Evaluate(setting, subject, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    static string? Evaluate(Setting<NextHop> setting, IRuleSubject subject, int times)
    {
        string? hop = null;
        for (var i = 0; i < times; i++)
        {
            var evaluation = setting.EvaluateAsync(subject, CancellationToken.None);
            hop = evaluation.IsCompletedSuccessfully ? evaluation.Result.Value.Remote : throw new InvalidOperationException("somebody was asked");
        }
        return hop;
    }
}
