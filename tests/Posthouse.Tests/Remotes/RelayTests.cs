using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes;

public class RelayTests
{
    const string Small = "Subject: x\r\n\r\nx\r\n";

    [Theory]
    [InlineData(SandboxProtocol.Smtp, true, true)]
    [InlineData(SandboxProtocol.Smtp, true, false)]
    [InlineData(SandboxProtocol.Smtp, false, true)]
    [InlineData(SandboxProtocol.Smtp, false, false)]
    [InlineData(SandboxProtocol.Lmtp, true, true)]
    [InlineData(SandboxProtocol.Lmtp, true, false)]
    [InlineData(SandboxProtocol.Lmtp, false, true)]
    [InlineData(SandboxProtocol.Lmtp, false, false)]
    public async Task A_body_arrives_byte_for_byte(SandboxProtocol protocol, bool pipelining, bool chunking)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, serve: options => options with { Pipelining = pipelining, Chunking = chunking });
        var body = "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $".line {i}\r\n")) + "end\r\n";

        var result = await box.RelayAsync(body, "jane@example.org", "nobody@example.org");

        Assert.Equal([Disposition.Delivered, Disposition.Permanent], result.Outcomes.Select(outcome => outcome.Disposition));
        var message = Assert.Single(box.Accounts.Messages("jane@example.org"));
        Assert.Equal("ann@sender.example", message.ReversePath);
        Assert.Equal(body, Encoding.Latin1.GetString(message.Body.Span));
        Assert.Equal((chunking ? 0 : 1, chunking ? 4 : 0), (box.Journal.Count("DATA"), box.Journal.Count("BDAT")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Subject: no line end at the end\r\n\r\n.")]
    [InlineData("Subject: dots\r\n\r\n.\r\n..\r\n.\r\nMAIL FROM:<x@example.org>\r\nQUIT\r\n")]
    public async Task By_BDAT_a_body_arrives_as_it_is(string body)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(body, "jane@example.org")).Outcomes).Disposition);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(body, "joe@example.org")).Outcomes).Disposition);
        Assert.Equal(body, Encoding.Latin1.GetString(Assert.Single(box.Accounts.Messages("jane@example.org")).Body.Span));
        Assert.Equal(body, Encoding.Latin1.GetString(Assert.Single(box.Accounts.Messages("joe@example.org")).Body.Span));
        Assert.Equal(1, box.Journal.Connections);
    }

    [Fact]
    public async Task A_host_that_takes_a_chunk_for_commands_gets_the_message_by_DATA_on_another_connection()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        box.Server.Faults.OnCommand = (verb, _) => verb == "BDAT" ? SandboxAction.Reply(500, "5.5.1 What?") : null;
        const string Body = "Subject: x\r\n\r\nMAIL FROM:<>\r\n.\r\n";
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Body, "jane@example.org")).Outcomes).Disposition);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Body, "joe@example.org")).Outcomes).Disposition);
        Assert.Equal(Body, Encoding.Latin1.GetString(Assert.Single(box.Accounts.Messages("jane@example.org")).Body.Span));
        Assert.Equal((1, 2, 2, 2), (box.Journal.Count("BDAT"), box.Journal.Count("DATA"), box.Journal.Messages, box.Journal.Connections));
    }

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    public async Task A_body_is_cut_into_chunks_of_64_KiB_and_the_last_one_is_never_empty(int length)
    {
        var body = string.Concat(Enumerable.Repeat("0123456789012345678901234567890\r\n", 5_000))[..(length - 2)].TrimEnd('\r', '\n').PadRight(length - 2, 'x') + "\r\n";
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(body, "jane@example.org")).Outcomes).Disposition);
        Assert.Equal(body, Encoding.Latin1.GetString(Assert.Single(box.Accounts.Messages("jane@example.org")).Body.Span));
        Assert.Equal((length + 65_535) / 65_536, box.Journal.Count("BDAT"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_body_that_is_not_as_long_as_it_says_is_never_ended(int more)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var request = SandboxedHost.Request(Small, "jane@example.org");
        await Assert.ThrowsAsync<InvalidOperationException>(() => box.Host.RelayAsync(request with { Body = new Miscounted(Small.Length + more) }, SandboxedHost.Token));
        Assert.Empty(box.Accounts.Messages("jane@example.org"));
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Small, "joe@example.org")).Outcomes).Disposition);
    }

    [Fact]
    public async Task No_more_recipients_are_named_than_the_host_takes_and_no_more_messages_are_sent_on_a_connection()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Keywords = ["LIMITS RCPTMAX=2 MAILMAX=2"] });
        var result = await box.RelayAsync(Small, "jane@example.org", "joe@example.org", "late@example.org");
        Assert.Equal([Disposition.Delivered, Disposition.Delivered, Disposition.Temporary], result.Outcomes.Select(outcome => outcome.Disposition));
        Assert.Equal("452 4.5.3 The host takes 2 recipients of a message at a time", result.Outcomes[2].Reply.ToString());
        Assert.Equal(2, box.Journal.Count("RCPT"));
        await box.RelayAsync(Small, "jane@example.org");
        Assert.Equal(1, box.Journal.Connections);
        await box.RelayAsync(Small, "jane@example.org");
        Assert.Equal((3, 2), (box.Journal.Messages, box.Journal.Connections));
    }

    [Fact]
    public async Task A_message_without_recipients_is_the_callers_mistake()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp);

        await Assert.ThrowsAsync<ArgumentException>(() => box.RelayAsync("a: b\r\n\r\n"));
    }

    [Fact]
    public async Task A_pipelined_transaction_is_two_writes_with_what_the_host_offers()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 1000");
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example> SIZE=17 BODY=8BITMIME\r\n"
                + "RCPT TO:<a@example.org> NOTIFY=FAILURE\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
            await peer.SayAsync("250 ok\r\n250 ok\r\n452 4.5.3 too many\r\n354 go\r\n");
            await peer.ExpectAsync("Subject: x\r\n\r\nx\r\n.\r\n");
            await peer.SayAsync("250 2.0.0 queued\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
        {
            var request = SandboxedHost.Request(Small, "a@example.org", "b@example.org");
            request = request with
            {
                Mail = request.Mail with { Body = BodyKind.EightBit },
                Recipients = [request.Recipients[0] with { Notify = DsnNotify.Failure }, request.Recipients[1]],
            };
            var result = await host.RelayAsync(request, SandboxedHost.Token);
            Assert.Equal([Disposition.Delivered, Disposition.Temporary], result.Outcomes.Select(outcome => outcome.Disposition));
            Assert.Equal("250 2.0.0 queued", result.Outcomes[0].Reply.ToString());
            Assert.Equal(Handover.PassedOn, result.Outcomes[0].Handover);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task LMTP_answers_for_each_recipient_in_order()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp);
        box.Accounts.AddUser("full@example.org", "x").AddUser("late@example.org", "x");
        box.Accounts.SetAfterData("full@example.org", new Reply(552, new EnhancedCode(5, 2, 2), "full"));
        box.Accounts.SetAfterData("late@example.org", new Reply(452, new EnhancedCode(4, 3, 1), "later"));

        var result = await box.RelayAsync(Small, "jane@example.org", "nobody@example.org", "full@example.org", "late@example.org", "joe@example.org");

        Assert.Equal(
            [Disposition.Delivered, Disposition.Permanent, Disposition.Permanent, Disposition.Temporary, Disposition.Delivered],
            result.Outcomes.Select(outcome => outcome.Disposition));
        Assert.Equal([250, 550, 552, 452, 250], result.Outcomes.Select(outcome => outcome.Reply.Code));
    }

    [Fact]
    public async Task LMTP_lost_after_some_answers_keeps_those()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp);
        box.Server.Faults.OnCommand = (verb, line) =>
            verb == "." && line.Contains("joe", StringComparison.Ordinal) ? SandboxAction.Close : null;

        var result = await box.RelayAsync(Small, "jane@example.org", "joe@example.org");

        Assert.Equal([(Disposition.Delivered, false), (Disposition.Temporary, true)], result.Outcomes.Select(outcome => (outcome.Disposition, outcome.MaybeDelivered)));
    }

    [Fact]
    public async Task A_loss_after_the_dot_is_never_tried_again_at_once()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Small, "jane@example.org")).Outcomes).Disposition);
        box.Server.Faults.OnCommand = (verb, _) => verb == "." ? SandboxAction.Close : null;

        var outcome = Assert.Single((await box.RelayAsync(Small, "jane@example.org")).Outcomes);

        Assert.Equal((Disposition.Temporary, Blame.Transport, true), (outcome.Disposition, outcome.Blame, outcome.MaybeDelivered));
        Assert.Equal(2, box.Journal.Count("BDAT"));
        Assert.Equal(1, box.Journal.Connections);
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, false)]
    [InlineData(SandboxProtocol.Lmtp, true)]
    public async Task A_421_to_the_dot_is_an_answer_but_in_LMTP_only_for_one(SandboxProtocol protocol, bool isOpen)
    {
        await using var box = await SandboxedHost.StartAsync(protocol);
        box.Server.Faults.OnCommand = (verb, _) => verb == "." ? SandboxAction.CloseAfterReply(421, "4.3.2 restarting") : null;

        var outcome = (await box.RelayAsync(Small, "jane@example.org", "joe@example.org")).Outcomes[^1];

        Assert.Equal((Disposition.Temporary, Blame.Transport, isOpen), (outcome.Disposition, outcome.Blame, outcome.MaybeDelivered));
        Assert.Contains("restarting", outcome.Reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_LMTP_host_that_wants_a_body_for_nobody_is_not_waited_for()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("220 scripted\r\n");
            await peer.ExpectAsync("LHLO post.example\r\n");
            await peer.SayAsync("250-scripted\r\n250 PIPELINING\r\n");
            for (var i = 0; i < 3; i++)
                await peer.LineAsync();
            await peer.SayAsync("250 ok\r\n550 5.1.1 no\r\n354 go\r\n");
            await peer.ExpectAsync(".\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host(RemoteProtocol.Lmtp))
        {
            var result = await host.RelayAsync(SandboxedHost.Request(Small, "a@example.org"), SandboxedHost.Token).WaitAsync(TimeSpan.FromSeconds(30), SandboxedHost.Token);
            Assert.Equal(Disposition.Permanent, Assert.Single(result.Outcomes).Disposition);
        }
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_pooled_connection_lost_before_the_dot_is_replaced(string verb)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Chunking = verb != "DATA" });
        await box.RelayAsync(Small, "jane@example.org");
        var once = 0;
        box.Server.Faults.OnCommand = (said, _) => said == verb && Interlocked.Exchange(ref once, 1) == 0 ? SandboxAction.CloseAfterReply(421, "4.3.2 restarting") : null;

        var outcome = Assert.Single((await box.RelayAsync(Small, "jane@example.org")).Outcomes);

        Assert.Equal(Disposition.Delivered, outcome.Disposition);
        Assert.Equal((2, 2), (box.Journal.Messages, box.Journal.Connections));
    }

    [Fact]
    public async Task A_fresh_connection_lost_in_the_middle_keeps_what_was_final()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.LineAsync();
            await peer.SayAsync("250 ok\r\n550 5.1.1 no\r\n421 4.3.2 bye\r\n");
        });
        await using var host = dialler.Host();

        var result = await host.RelayAsync(SandboxedHost.Request(Small, "a@example.org", "b@example.org"), SandboxedHost.Token);

        Assert.Equal([(Disposition.Permanent, Blame.Host), (Disposition.Temporary, Blame.Transport)], result.Outcomes.Select(outcome => (outcome.Disposition, outcome.Blame)));
        Assert.DoesNotContain(result.Outcomes, outcome => outcome.MaybeDelivered);
    }

    [Fact]
    public async Task A_go_ahead_though_nobody_was_taken_gets_an_empty_body()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
            await peer.SayAsync("250 ok\r\n550 5.1.1 no\r\n354 go\r\n");
            await peer.ExpectAsync(".\r\n");
            await peer.SayAsync("554 no valid recipients\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
        {
            var result = await host.RelayAsync(SandboxedHost.Request(Small, "a@example.org"), SandboxedHost.Token);
            Assert.Equal(550, Assert.Single(result.Outcomes).Reply.Code);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_refusal_before_the_end_of_the_body_is_the_result()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("MAIL FROM:<ann@sender.example>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
            await peer.SayAsync("250 ok\r\n250 ok\r\n354 go\r\n");
            await peer.LineAsync();
            await peer.SayAsync("552 5.3.4 too big\r\n");
        });
        await using var host = dialler.Host();
        var body = string.Concat(Enumerable.Repeat("0123456789012345678901234567890123456789\r\n", 50_000));

        var outcome = Assert.Single((await host.RelayAsync(SandboxedHost.Request(body, "a@example.org"), SandboxedHost.Token)).Outcomes);

        Assert.Equal((Disposition.Permanent, 552, false), (outcome.Disposition, outcome.Reply.Code, outcome.MaybeDelivered));
    }

    [Fact]
    public async Task A_transaction_that_failed_is_reset_before_the_next()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        await box.RelayAsync(Small, "nobody@example.org");
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync(Small, "jane@example.org")).Outcomes).Disposition);
        Assert.Equal((1, 1), (box.Journal.Count("RSET"), box.Journal.Connections));
    }

    [Theory]
    [InlineData("250 PIPELINING", BodyKind.EightBit, "a@example.org", 554)]
    [InlineData("250 8BITMIME", BodyKind.Binary, "a@example.org", 554)]
    [InlineData("250 SIZE 5", BodyKind.SevenBit, "a@example.org", 552)]
    [InlineData("250 8BITMIME", BodyKind.SevenBit, "\u00fc@example.org", 553)]
    public async Task A_message_that_the_host_cannot_carry_is_refused_here(string keywords, BodyKind kind, string recipient, int code)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync(keywords);
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
        {
            var request = SandboxedHost.Request(Small, recipient);
            var result = await host.RelayAsync(request with { Mail = request.Mail with { Body = kind } }, SandboxedHost.Token);
            var outcome = Assert.Single(result.Outcomes);
            Assert.Equal((Disposition.Permanent, code), (outcome.Disposition, outcome.Reply.Code));
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_bare_line_feed_never_leaves()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var outcome = Assert.Single((await box.RelayAsync("Subject: x\r\n\r\na\n.\r\nb\r\n", "jane@example.org")).Outcomes);
        Assert.Equal(Disposition.Permanent, outcome.Disposition);
        Assert.Empty(box.Accounts.Messages("jane@example.org"));
    }

    [Theory]
    [InlineData("DATA")]
    [InlineData("RCPT")]
    public async Task A_cancellation_before_the_dot_delivers_nothing(string last)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, serve: options => options with { Chunking = last != "DATA" });
        using var leaving = new CancellationTokenSource();
        box.Server.Faults.OnCommand = (verb, _) =>
        {
            if (verb == last)
                leaving.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            box.Host.RelayAsync(SandboxedHost.Request(new string('x', 10_000) + "\r\n", "jane@example.org") with { Body = new GatedBody(leaving.Token) }, leaving.Token));
        Assert.Empty(box.Accounts.Messages("jane@example.org"));
    }

    sealed class Miscounted(int length) : IMessageBody
    {
        public long Length => length;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return Encoding.Latin1.GetBytes(Small);
        }
    }

    sealed class GatedBody(CancellationToken gate) : IMessageBody
    {
        public long Length => 3;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var opened = new TaskCompletionSource();
            await using var registration = gate.Register(opened.SetResult);
            await opened.Task;
            cancellationToken.ThrowIfCancellationRequested();
            yield return "x\r\n"u8.ToArray();
        }
    }
}
