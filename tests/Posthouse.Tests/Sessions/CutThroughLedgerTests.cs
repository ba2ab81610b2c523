using Posthouse.Gateway.Queue;
using Posthouse.Sandbox;
using Posthouse.Tests.Remotes;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Sessions;

/// <summary>
/// Messages through a hop in constant trouble, and what became of each: for each recipient of a message that was answered 250, it is at the
/// sink or in the queue, and in both only where it was said that it may have been delivered; of one that was refused, or that
/// its client has not ended, it is in neither.
/// </summary>
public class CutThroughLedgerTests
{
    const int Messages = 40;

    static readonly string[] Mailboxes = ["jane@example.org", "joe@example.org", "user1@example.org", "user2@example.org"];
    static readonly string[] Steps = ["MAIL", "RCPT", "DATA", ".", "RSET", "never"];

    [Theory]
    [InlineData(1, SandboxProtocol.Smtp, false)]
    [InlineData(2, SandboxProtocol.Smtp, true)]
    [InlineData(3, SandboxProtocol.Lmtp, false)]
    [InlineData(4, SandboxProtocol.Lmtp, true)]
    public async Task Nothing_is_lost_nor_delivered_after_a_refusal(int seed, SandboxProtocol hop, bool lmtp)
    {
        await using var stage = await CutThroughStage.StartAsync(hop, lmtp);
        var random = new Random(seed);
        for (var i = 0; i < Messages; i++)
        {
            stage.Accounts.Clear();
            Break(stage, random);
            foreach (var mailbox in Mailboxes)
                stage.Accounts.SetAfterData(mailbox, random.Next(4) == 0 ? Failure(random) : null);

            var replies = await SendAsync(stage, random, lmtp);

            await Judge(stage, replies, $"seed {seed}, message {i}");
            await stage.ReopenAsync(lmtp);
        }
    }

    /// <summary>The reply to each recipient; null where there was none.</summary>
    static async Task<Dictionary<string, string?>> SendAsync(CutThroughStage stage, Random random, bool lmtp)
    {
        var replies = new Dictionary<string, string?>();
        var taken = new List<string>();
        await stage.PlayAsync("C: MAIL FROM:<ann@b.example>\nS: 250 2.1.0…");
        foreach (var mailbox in Mailboxes.Take(random.Next(1, Mailboxes.Length + 1)))
        {
            await stage.Session.SendAsync($"RCPT TO:<{mailbox}>\r\n");
            var reply = (await stage.Session.LineAsync())!;
            if (reply[0] == '2')
                taken.Add(mailbox);
            else
                replies[mailbox] = reply;
        }
        if (taken.Count == 0)
            return replies;
        await stage.PlayAsync("C: DATA\nS: 354 …");
        var body = "Subject: x\r\n\r\n" + CutThroughStage.Lines(random.Next(3) == 0 ? 1_300_000 : 500);
        if (random.Next(5) == 0)
        {
            await stage.Session.SendAsync(body[..random.Next(body.Length)]);
            await stage.Session.CloseAsync();
            await stage.Session.Ended.WaitAsync(CutThroughStage.Token);
            taken.ForEach(mailbox => replies[mailbox] = null);
            return replies;
        }
        await stage.Session.SendAsync(body + (random.Next(8) == 0 ? "bare\n.\r\n.\r\n" : ".\r\n"));
        var first = await stage.Session.LineAsync();
        for (var i = 0; i < taken.Count; i++)
            replies[taken[i]] = i == 0 || !lmtp ? first : await stage.Session.LineAsync();
        return replies;
    }

    static async Task Judge(CutThroughStage stage, Dictionary<string, string?> replies, string what)
    {
        await SandboxedHost.UntilAsync(() => stage.Host.Snapshot() is { Busy: 0, Closing: 0 });
        var queued = stage.Session.Intake.Committed.SelectMany(message => message.Envelope!.Recipients.Select((recipient, ordinal) =>
            (Mailbox: recipient.Mailbox.ToString(), Maybe: message.Envelope.EarlierOf(ordinal)?.MaybeDelivered ?? false))).ToList();
        foreach (var (mailbox, reply) in replies)
        {
            var inQueue = queued.Where(entry => entry.Mailbox == mailbox).ToList();
            var at = stage.At(mailbox);
            if (reply is ['2', ..])
                Assert.True(inQueue.Count + at == 1 || (inQueue is [{ Maybe: true }] && at == 1), $"{what}: {mailbox}: {reply}: sink {at}, queue {inQueue.Count}");
            else
                Assert.True(inQueue.Count == 0 && at == 0, $"{what}: {mailbox}: {reply}: sink {at}, queue {inQueue.Count}");
        }
        Assert.Equal(queued.Count, queued.DistinctBy(entry => entry.Mailbox).Count());
    }

    /// <summary>One thing goes wrong at one step.</summary>
    static void Break(CutThroughStage stage, Random random)
    {
        var (step, skipped, action) = (Steps[random.Next(Steps.Length)], random.Next(3), Action(random));
        stage.Sink.Faults.OnCommand = (verb, _) => verb == step && Interlocked.Decrement(ref skipped) == -1 ? action : null;
    }

    static SandboxAction Action(Random random) => random.Next(5) switch
    {
        0 => SandboxAction.Close,
        1 => SandboxAction.Reset,
        2 => SandboxAction.Reply(421, "4.3.2 bye").ThenClose(),
        3 => SandboxAction.Raw("nonsense\r\n").ThenClose(),
        _ => SandboxAction.Reply(Failure(random)),
    };

    static Reply Failure(Random random) => random.Next(2) == 0
        ? new Reply(451, new EnhancedCode(4, 3, 0), "later")
        : new Reply(550, new EnhancedCode(5, 7, 1), "never");
}
