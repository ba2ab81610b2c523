using Microsoft.Extensions.Logging.Abstractions;
using System.Buffers;
using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Smtp;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>A host may say what it likes for as long as it likes: what is taken of it, and what is made of that, is bounded.</summary>
public class FloodTests
{
    const int Flood = 4 << 20;

    /// <summary>One read of a stream, which may hold more than was asked for.</summary>
    const int ReadAhead = 4096;

    [Theory]
    [InlineData("250-x\r\n", 128 * 8, "more than 128 lines")]
    [InlineData("250-{0}\r\n", 65536 + 2048, "more than 65536 octets")]
    [InlineData("250 {0}", 2048, "a line of more than 2048 octets")]
    [InlineData("\0\0\0\0\0\0\0\0", 2048, "a line of more than 2048 octets")]
    [InlineData("\r\r\r\r\r\r\r\r", 2048, "a line of more than 2048 octets")]
    [InlineData("\n", 1, "a bare CR or LF")]
    public async Task A_reply_takes_no_more_than_its_bounds(string line, int most, string got)
    {
        var (peer, dialled) = Line(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, new string('x', 2000)));
        var connection = new SmtpConnection(
            dialled, Options(RemoteProtocol.Smtp), ConnectionKind.Anonymous, new ChunkingTrust(Options(RemoteProtocol.Smtp), NullLogger.Instance), TimeProvider.System);

        await BreaksAsync(peer, () => connection.ReadReplyAsync("greeting", Allowance.Outer).AsTask(), most, got);
    }

    [Theory]
    [InlineData("* 1 EXISTS\r\n", 1001 * 12, "more than 1000 lines or 262144 octets")]
    [InlineData("* X {0}\r\n", 262144 + 8192, "more than 1000 lines or 262144 octets")]
    [InlineData("* X ((((((((((", 8192, "a line of more than 8192 octets")]
    public async Task An_IMAP_answer_takes_no_more_than_its_bounds(string line, int most, string got)
    {
        var (peer, dialled) = Line(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, new string('x', 8000)));
        var connection = new ImapConnection(dialled, Options(RemoteProtocol.Imap), TimeProvider.System);

        await BreaksAsync(peer, async () =>
        {
            while (true)
                await connection.ReadAsync("greeting", Allowance.Outer);
        }, most, got);
    }

    [Fact]
    public async Task What_is_said_between_requests_is_not_gathered()
    {
        await using var play = new Play(RemoteProtocol.Smtp, [[.. Openings.Greeted, "C: VRFY", "S: 250 a", $"R: {new string('x', Flood)}"]]);

        Assert.Equal("yes", (await play.AskAsync("vrfy a")).End);

        Assert.Equal("cut", play.Peer.Lines[0].Fate);
        Assert.InRange(play.Peer.Lines[0].Taken, 0, 3 * ReadAhead);
    }

    [Fact]
    public async Task A_host_that_goes_on_talking_after_our_farewell_is_not_heard_out()
    {
        var play = new Play(
            RemoteProtocol.Smtp, [[.. Openings.Greeted, "C: VRFY", "S: 250 a", "C: QUIT", $"R: 221 bye\r\n{new string('x', Flood)}"]],
            options => options with { Limits = new RemoteLimits { Requests = 1 } });

        Assert.Equal("yes", (await play.AskAsync("vrfy a")).End);

        Assert.Equal("quit", play.Peer.Lines[0].Fate);
        Assert.InRange(play.Peer.Lines[0].Taken, 64 * 1024, (64 * 1024) + (3 * ReadAhead));
        await play.DisposeAsync();
    }

    [Fact]
    public void A_reply_of_the_greatest_size_is_read_and_costs_little_more_than_its_text()
    {
        var reply = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"250-{new string('x', 506)}\r\n", 127)) + "250 end\r\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReadOnlySequence<byte>(reply);

        Assert.Equal(ReplyStatus.Done, new ReplyReader().Read(ref buffer, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * ReplyReader.MaxOctets);
    }

    // All octets are at hand, so the whole reading happens on this thread.
    static async Task BreaksAsync(PlayedLine peer, Func<Task> read, int most, string got)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var broken = read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(broken.IsCompleted);
        var reason = await Assert.ThrowsAsync<HostUnavailableException>(() => broken);

        Assert.Contains(got, reason.Message, StringComparison.Ordinal);
        Assert.True(peer.IsClosed);
        Assert.InRange(peer.Taken, 1, most + ReadAhead);
        // A line becomes UTF-16, and a list of lines has its own weight; 64 KiB are for the reader's buffers and the exception.
        Assert.InRange(allocated, 0, (6 * most) + 65536);
    }

    static (PlayedLine Peer, DialledLine Dialled) Line(string text)
    {
        var peer = new PlayedLine([$"R: {string.Concat(Enumerable.Repeat(text, Flood / text.Length))}"], Arrival.Whole, null);
        peer.Open();
        return (peer, new DialledLine(peer, IsLocal: true, new Attempt(Options(RemoteProtocol.Smtp), RemoteEndpoint.Tcp("scripted"), TimeSpan.Zero, TimeProvider.System)));
    }

    static RemoteHostOptions Options(RemoteProtocol protocol) => new() { Id = "box", Address = "scripted", Protocol = protocol };
}
