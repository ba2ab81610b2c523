using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Remotes;

public class AllowanceTests
{
    static readonly RemoteHostOptions Host = new() { Id = "box", Address = "box", Protocol = RemoteProtocol.Smtp };

    [Theory]
    [InlineData(60, "20s, which no setting changes")]
    [InlineData(5, "remote.box.timeouts.command (5s)")]
    public void A_missed_deadline_names_what_set_it(int command, string setting)
    {
        var allowance = new Allowance(Host, "timeouts.command", TimeSpan.FromSeconds(command)).AtMost(TimeSpan.FromSeconds(20)).Less(TimeSpan.FromSeconds(2));

        Assert.Equal((Math.Min(command, 20) - 2, setting), ((int)allowance.Time.TotalSeconds, allowance.Setting));
    }
}
