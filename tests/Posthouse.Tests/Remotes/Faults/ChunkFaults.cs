using Posthouse.Remotes.Definition;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>Handing a body over by BDAT: a refusal leaves the conversation in step, and a host that does not know it gets DATA.</summary>
public class ChunkFaults
{
    const string One = "relay a@example.org";
    const string Much = "relay-much a@example.org";
    const string Three = "relay a@example.org b@example.org c@example.org";

    static readonly string[] Envelope = ["C: MAIL", "C: RCPT", "S: 250 ok", "S: 250 ok"];
    static readonly string[] LmtpThree = ["C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "S: 250 ok", "S: 250 ok", "S: 250 ok", "S: 250 ok"];
    static readonly string[] ByData = ["C: MAIL", "C: RCPT", "C: DATA", "S: 250 ok", "S: 250 ok", "S: 354 go", "BODY", "S: 250 ok"];
    static readonly string[] ThreeChunks = ["C: BDAT 65536", "C: BDAT 65536", "C: BDAT 65536"];
    static readonly string[] Reset = ["C: RSET", "S: 250 ok"];

    internal static readonly FaultTable Table = new(
    [
        new("R33", "MAIL 451 costs no body")
        {
            Host = [[.. GreetedForChunks, "C: MAIL", "C: RCPT", "S: 451 later", "S: 503 x", .. Reset]],
            Ask = One, Gets = "temporary host", Says = "451 later", Leaves = "kept",
        },
        new("R60", "Nobody taken costs no body")
        {
            Host = [[.. GreetedForChunks, "C: MAIL", "C: RCPT", "S: 250 ok", "S: 550 5.1.1 no", .. Reset]],
            Ask = One, Gets = "permanent host", Says = "550 5.1.1 no", Leaves = "kept",
        },
        new("R40", "452 at RCPT comes later")
        {
            Host = [[.. GreetedForChunks, "C: MAIL", "C: RCPT", "C: RCPT", "C: RCPT", "S: 250 ok", "S: 250 ok", "S: 452 4.5.3 too many", "S: 552 too many", "C: BDAT 17 LAST", "S: 250 ok"]],
            Ask = Three, Gets = "delivered, temporary host, temporary host", Leaves = "kept",
        },
        new("R42", "One reply too many before the body is none to the body")
        {
            Host = [[.. GreetedForChunks, "C: MAIL", "C: RCPT", "R: 250 ok\r\n250 ok\r\n250 ok\r\n"]],
            Ask = One, Gets = "temporary transport", Says = "BDAT: the host closed it or spoke before it was asked", Leaves = "cut",
        },
        new("R55", "554 to LAST")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 554 spam", .. Reset, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok"]],
            Ask = $"{One}; {One}", Gets = "permanent host; delivered", Leaves = "kept",
        },
        new("R48", "A refusal of a chunk stops the body, and the replies to what was under way are read")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 250 ok", "S: 552 5.3.4 too big", "S: 503 no", .. Reset]],
            Ask = Much, Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "kept",
        },
        new("R48", "A refusal of a chunk, and then a close")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 452 4.3.1 no room", "FIN"]],
            Ask = Much, Gets = "temporary host", Says = "452 4.3.1 no room", Leaves = "cut",
        },
        new("R48", "A refusal of a chunk, step by step")
        {
            Host = [[.. Offering("CHUNKING"), "C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: BDAT 65536", "S: 250 ok", "C: BDAT 65536", "S: 452 4.3.1 no room", .. Reset]],
            Ask = Much, Gets = "temporary host", Says = "452 4.3.1 no room", Leaves = "kept",
        },
        new("R48", "354 to a chunk")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 354 go"], [.. GreetedForChunks, .. ByData]],
            Ask = Much, Gets = "delivered", Says = "250 ok", Leaves = "cut, kept", Warns = 1,
        },
        new("R49", "A close before the last chunk")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 250 ok", "FIN"], [.. GreetedForChunks, .. ByData]],
            Ask = Much, Gets = "delivered", Says = "250 ok", Leaves = "cut, kept", Warns = 1,
        },
        new("R49", "One reply too many before the last chunk is none to it")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 250 ok", "S: 250 ok", "R: 250 ok\r\n250 ok\r\n"], [.. GreetedForChunks, .. ByData]],
            Ask = Much, Gets = "delivered", Says = "250 ok", Leaves = "cut, kept", Warns = 1,
        },
        new("R50", "A host that takes no more of the body")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "DEAF"], [.. GreetedForChunks, .. ByData]],
            Ask = Much, Gets = "delivered", Says = "250 ok", Leaves = "cut, kept", After = TimeSpan.FromMinutes(3), Warns = 1,
        },
        new("R48", "552 behind a yes, from a host that takes no more of a chunk")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 65536", "DEAF", "S: 250 ok", "S: 552 5.3.4 too big"]],
            Ask = Much, Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R51", "A refusal of LAST without its end, from a host that then takes it and closes")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok", .. Envelope, "DEAF", "R: 450-later\r\n", "HEAR", "FIN"], [.. GreetedForChunks]],
            Ask = $"{One}; {One}", Gets = "delivered; temporary transport maybe", Says = "BDAT: the host closed the connection", Leaves = "cut",
        },
        new("R48", "552 from a host that takes no more of a chunk")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "DEAF", "S: 552 5.3.4 too big"]],
            Ask = Much, Gets = "permanent host", Says = "552 5.3.4 too big", Leaves = "cut",
        },
        new("R51", "A close after LAST on a pooled connection is not tried again at once")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok", .. Envelope, "C: BDAT 17 LAST", "FIN"], [.. GreetedForChunks]],
            Ask = $"{One}; {One}", Gets = "delivered; temporary transport maybe", Says = "BDAT LAST: the host closed the connection", Leaves = "cut",
        },
        new("R13", "421 to LAST is an answer")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 421 4.3.2 bye"]],
            Ask = One, Gets = "temporary transport", Says = "BDAT LAST: 421 4.3.2 bye", Leaves = "cut",
        },
        new("R57", "LMTP breaks off after the first")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreetedForChunks, .. LmtpThree, "C: BDAT 17 LAST", "S: 250 ok", "R: 250", "FIN"]],
            Ask = Three, Gets = "delivered, temporary transport maybe, temporary transport maybe", Says = "BDAT LAST: the host closed the connection", Leaves = "cut",
        },
        new("R56", "LMTP refuses one behind one who has the message, with a code that BDAT's being unknown has too")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreetedForChunks, .. LmtpThree, "C: BDAT 17 LAST", "S: 250 ok", "S: 501 no", "S: 250 ok", .. Reset]],
            Ask = Three, Gets = "delivered, permanent host, delivered", Leaves = "kept",
        },
        new("R56", "LMTP refuses the first for its content, with a code that BDAT's being unknown has too")
        {
            Protocol = RemoteProtocol.Lmtp,
            Host = [[.. LmtpGreetedForChunks, .. LmtpThree, "C: BDAT 17 LAST", "S: 501 5.6.0 bad header", "S: 250 ok", "S: 250 ok", .. Reset]],
            Ask = Three, Gets = "permanent host, delivered, delivered", Leaves = "kept",
        },
        new("R55", "A refusal of the content says nothing of BDAT")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 501 5.6.0 bad header", .. Reset, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok"]],
            Ask = $"{One}; {One}", Gets = "permanent host; delivered", Leaves = "kept",
        },
        new("R49", "A pooled connection that dies under the envelope costs nothing")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok", "C: MAIL", "C: RCPT", "S: 250 ok", "FIN"], [.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok"]],
            Ask = $"{One}; {One}", Gets = "delivered; delivered", Leaves = "cut, kept",
        },
        new("R53", "BDAT is not known though CHUNKING is offered: by DATA from then on")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 500 what"], [.. GreetedForChunks, .. ByData, .. ByData]],
            Ask = $"{One}; {One}", Gets = "delivered; delivered", Leaves = "cut, kept", Warns = 1,
        },
        new("R53", "A chunk that is unknown on the way")
        {
            Host = [[.. GreetedForChunks, .. Envelope, .. ThreeChunks, "S: 502 what"], [.. GreetedForChunks, .. ByData, .. ByData]],
            Ask = $"{Much}; {One}", Gets = "delivered; delivered", Leaves = "cut, kept", Warns = 1,
        },
        new("R53", "A connection that never outlives BDAT: by DATA from then on")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "RST"], [.. GreetedForChunks, .. ByData]],
            Ask = $"{One}; {One}", Gets = "temporary transport maybe; delivered", Says = "250 ok", Leaves = "cut, kept", Warns = 1,
        },
        new("R53", "A host that took a message by BDAT is not doubted for a lost connection")
        {
            Host = [[.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok", .. Envelope, "C: BDAT 17 LAST", "RST"], [.. GreetedForChunks, .. Envelope, "C: BDAT 17 LAST", "S: 250 ok"]],
            Ask = $"{One}; {One}; {One}", Gets = "delivered; temporary transport maybe; delivered", Says = "250 ok", Leaves = "cut, kept",
        },
        new("R53", "By DATA where the definition says so")
        {
            Host = [[.. GreetedForChunks, .. ByData]],
            Ask = One, Gets = "delivered", Leaves = "kept", Define = options => options with { Chunking = false },
        },
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);
}
