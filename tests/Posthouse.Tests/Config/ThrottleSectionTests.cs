using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

public class ThrottleSectionTests
{
    [Fact]
    public void Queue_throttles_are_read_in_their_order_and_acted_on()
    {
        var throttles = ConfigText.Model("""
            [[queue.throttle]]
            match = { if = "rcpt-domain", eq = "example.net" }
            key = ["sender", "rcpt-domain"]
            rate = "100/1h"
            [[queue.throttle]]
            concurrency = 5
            """).Queue.Throttles;
        Assert.Equal(
            [("Sender,RcptDomain", 0, 100L, TimeSpan.FromHours(1)), ("", 5, 0L, TimeSpan.Zero)],
            throttles.Select(static one => (string.Join(',', one.Key), one.Concurrency, one.Count, one.Period)));
        Assert.Equal(VariableSet.Of(RuleVariable.RcptDomain), throttles[0].Match!.Uses);
        Assert.Null(throttles[1].Match);
    }

    [Fact]
    public void Session_throttles_stand_where_all_that_they_ask_about_is_known()
    {
        var throttles = ConfigText.Model("""
            [[session.throttle]]
            concurrency = 1
            [[session.throttle]]
            match = { if = "is-tls", eq = false }
            key = ["remote-ip", "listener"]
            concurrency = 2
            [[session.throttle]]
            match = { if = "authenticated-as", eq = "" }
            key = "remote-ip"
            concurrency = 3
            [[session.throttle]]
            key = ["sender", "helo-domain"]
            rate = "4/1m"
            [[session.throttle]]
            match = { if = "rcpt", eq = "a@b.example" }
            rate = "5/1m"
            """).Session.Throttles;
        Assert.Equal([1, 2], throttles.AtConnect.Select(static one => one.Concurrency));
        Assert.Equal([3L, 4], throttles.AtMail.Select(static one => one.Concurrency + one.Count));
        Assert.Equal([5L], throttles.AtRcpt.Select(static one => one.Count));
    }

    [Fact]
    public void Quotas_are_read_in_their_order()
    {
        var quotas = ConfigText.Model("""
            [[queue.quota]]
            key = ["sender-domain"]
            messages = 100
            size = "1MiB"
            [[queue.quota]]
            match = { if = "rcpt-domain", eq = "example.net" }
            size = 7
            """).Queue.Quotas;
        Assert.Equal([(100, 1048576L, false), (0, 7L, true)], quotas.Select(static one => (one.Messages, one.Size, one.AsksOfRecipient)));
    }

    [Fact]
    public void What_is_written_as_before_is_the_same_and_what_stands_there_twice_is_not()
    {
        const string Text = """
            [[queue.quota]]
            messages = 1
            [[queue.quota]]
            messages = 1
            [[queue.throttle]]
            key = "mx"
            rate = "1/1h"
            """;
        var (before, after, other) = (ConfigText.Model(Text).Queue, ConfigText.Model("# more\n" + Text).Queue, ConfigText.Model(Text.Replace('1', '2')).Queue);
        Assert.Equal(before.Quotas, after.Quotas);
        Assert.Equal(before.Throttles, after.Throttles);
        Assert.NotEqual(before.Quotas[0], before.Quotas[1]);
        Assert.NotEqual(before.Quotas[0], other.Quotas[0]);
        Assert.NotEqual(before.Throttles[0], other.Throttles[0]);
    }

    [Fact]
    public void A_bound_that_is_wrong_is_an_error_at_its_value_and_no_warning_besides() =>
        Assert.Equal(
            [
                "2:8: error: session.throttle.rate: must be a rate such as \"25/1h\", at least one in a period",
                "4:8: error: session.throttle.rate: must be a rate such as \"25/1h\", at least one in a period",
                "6:15: error: queue.throttle.concurrency: must be an integer, at least 1",
                "8:8: error: queue.quota.size: must be a size above zero",
                "9:12: error: queue.quota.messages: must be an integer, at least 1",
            ],
            ConfigText.Problems("""
                [[session.throttle]]
                rate = "0/1h"
                [[session.throttle]]
                rate = "x"
                [[queue.throttle]]
                concurrency = 0
                [[queue.quota]]
                size = 0
                messages = 0
                """));

    [Fact]
    public void What_bounds_nothing_is_told()
    {
        Assert.Equal(
            [
                "1:11: warning: session.throttle: has neither concurrency nor rate, so it bounds nothing",
                "2:9: warning: queue.throttle: has neither concurrency nor rate, so it bounds nothing",
                "4:9: warning: queue.quota: has neither messages nor size, so it bounds nothing",
            ],
            ConfigText.Problems("""
                [[session.throttle]]
                [[queue.throttle]]
                rate = false
                [[queue.quota]]
                key = "sender"
                """));
    }
}
