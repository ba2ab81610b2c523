using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes;

/// <summary>Whose words an outcome is in.</summary>
public sealed class OutcomeTests
{
    [Theory]
    [InlineData(250)]
    [InlineData(450)]
    [InlineData(535)]
    [InlineData(550)]
    [InlineData(552)]
    public void A_hosts_reply_is_kept_as_its_word(int code)
    {
        var reply = new Reply(code, null, "so it is");
        Assert.Same(reply, Outcomes.FromReply(reply).HostReply);
        Assert.Same(reply, Outcomes.FromRcptReply(reply).HostReply);
        Assert.Same(reply, Outcomes.Failed(new HostUnavailableException("MAIL: it", reply: reply)).HostReply);
    }

    [Fact]
    public void What_we_make_ourselves_is_nobodys_word()
    {
        Assert.Null(Outcomes.Unfit(552, 3, 4, "too big").HostReply);
        Assert.Null(Outcomes.OneTooMany(10).HostReply);
        Assert.Null(Outcomes.Failed(new HostUnavailableException("connect: refused")).HostReply);
        // What it once said to another is not said of this message.
        Assert.Null(Outcomes.Failed(new HostUnavailableException("down", reply: new Reply(421, null, "no")) { IsUntried = true }).HostReply);
    }
}
