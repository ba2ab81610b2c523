using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>What comes after a message's final dot, when only the host knows whether it is delivered.</summary>
public class FinalReplyFaults
{
    const string One = "relay a@example.org";
    const string Three = "relay a@example.org b@example.org c@example.org";

    static readonly string[] ToTheDot = ["C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 354 go", "BODY"];
    static readonly string[] ThreeToTheDot =
        ["C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 354 go", "BODY"];

    internal static readonly FaultTable Table = new(
    [
        new("R13", "421 to the dot is an answer")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 421 4.3.2 bye"]],
            Ask = One, Gets = "temporary transport", Says = "final dot: 421 4.3.2 bye", Leaves = "cut",
        },
        new("R51", "A close after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "FIN"]],
            Ask = One, Gets = "temporary transport maybe", Says = "final dot: the host closed the connection", Leaves = "cut",
        },
        new("R51", "A reset after the dot on a pooled connection is not tried again at once")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 250 ok", .. ToTheDot, "RST"], [.. Greeted]],
            Ask = One + "; " + One, Gets = "delivered; temporary transport maybe", Says = "final dot: reset by the host",
            Leaves = "cut",
        },
        new("R51", "Silence after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "STALL"]],
            Ask = One, Gets = "temporary transport maybe", Says = "final dot: nothing within remote.box.timeouts.dot (600s)",
            Leaves = "cut", After = TimeSpan.FromMinutes(10),
        },
        new("R53", "Garbage after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: ok", "S: 250 ok", "S: 221 bye"]],
            Ask = One, Gets = "temporary transport maybe",
            Says = "final dot: expected a reply of remote.box.protocol smtp, got \"ok\"", Leaves = "cut",
        },
        new("R53", "354 after the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 354 more"]],
            Ask = One, Gets = "temporary transport maybe", Says = "final dot: 354 more is no reply to it", Leaves = "cut",
        },
        new("R55", "451 at the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 451 later"]],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "kept",
        },
        new("R55", "554 at the dot")
        {
            Host = [[.. Greeted, .. ToTheDot, "S: 554 spam"]],
            Ask = One, Gets = "permanent host", Says = "554 spam", Leaves = "kept",
        },
        new("R56", "LMTP answers for each")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. ThreeToTheDot, "S: 250 ok", "S: 452 4.2.2 full", "S: 550 5.2.1 no"]],
            Ask = Three, Gets = "delivered, temporary host, permanent host", Leaves = "kept",
        },
        new("R57", "LMTP breaks off after the first")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. ThreeToTheDot, "S: 250 ok", "R: 250", "FIN"]],
            Ask = Three, Gets = "delivered, temporary transport maybe, temporary transport maybe",
            Says = "final dot: the host closed the connection", Leaves = "cut",
        },
        new("R57", "LMTP says 421 after the first")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. ThreeToTheDot, "S: 550 5.2.1 no", "S: 421 bye"]],
            Ask = Three, Gets = "permanent host, temporary transport maybe, temporary transport maybe",
            Says = "final dot: 421 bye", Leaves = "cut",
        },
        new("R58", "One reply where LMTP has three")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. ThreeToTheDot, "S: 250 ok", "STALL"]],
            Ask = Three, Gets = "delivered, temporary transport maybe, temporary transport maybe",
            Says = "final dot: nothing within remote.box.timeouts.dot (600s)", Leaves = "cut", After = TimeSpan.FromMinutes(10),
        },
        new("R59", "Four replies where LMTP has three")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreeted, .. ThreeToTheDot, "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 250 ok"]],
            Ask = Three, Gets = "delivered, delivered, delivered", Leaves = "cut",
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    /// <summary>R54.</summary>
    [Fact]
    public async Task Nine_minutes_of_silence_after_the_dot_and_then_250_is_a_delivery()
    {
        await using var play = new Play(RemoteProtocol.Smtp, [[.. Greeted, .. ToTheDot, "STALL"]]);
        var outcome = play.Ask(One);
        await play.StalledAsync();

        play.Time.Advance(TimeSpan.FromMinutes(9));
        play.Peer.Lines[0].Speak("250 ok\r\n");

        Assert.Equal("delivered", (await outcome).End);
    }
}
