using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

public class QueueThrottleTests
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
}
