using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Config;

/// <summary>What EHLO says of bounds that are applied later.</summary>
public class AnnouncedLimitTests
{
    [Theory]
    [InlineData("sender-domain")]
    [InlineData("authenticated-as")]
    public void The_largest_is_announced_where_it_depends_on_what_comes_later(string variable)
    {
        var session = ConfigText.Model($$"""
            [session]
            data.limits.size = [ { if = "{{variable}}", eq = "big", then = "100MB" }, { else = "10MB" } ]
            data.limits.messages = [ { if = "{{variable}}", eq = "big", then = 3 }, { else = 30 } ]
            rcpt.max-recipients = [ { if = "{{variable}}", eq = "big", then = 1000 }, { else = 100 } ]
            """).Session;
        Assert.Equal((100_000_000, 30, 1000), (Value(session.Data.AnnouncedSize), Value(session.Data.AnnouncedMessages), Value(session.Rcpt.AnnouncedRecipients)));
    }

    [Fact]
    public void Itself_is_announced_where_EHLO_can_tell()
    {
        var session = ConfigText.Model("""
            [session]
            data.limits.size = [ { if = "remote-ip", eq = "10.0.0.0/8", then = "100MB" }, { else = "10MB" } ]
            data.limits.messages = 3
            """).Session;
        Assert.Null(session.Data.AnnouncedSize);
        Assert.Null(session.Data.AnnouncedMessages);
        Assert.Null(session.Rcpt.AnnouncedRecipients);
    }

    static T Value<T>(Setting<T>? setting) => ConfigText.Constant(setting!);
}
