using System.Net;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

public sealed class DeliveryLoopTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_committed_message_goes_to_its_hop_and_is_marked()
    {
        _delivery.Start();
        var key = _delivery.Store.Commit("bob@a.example");
        var request = await _delivery.Hops["a.example"].NextAsync();
        Assert.Equal("bob@a.example", Assert.Single(request.Recipients).Mailbox.ToString());
        Assert.Equal(10, request.Body.Length);
        Assert.Equal(new ClientIdentity(IPAddress.Loopback) { HelloName = "client.example" }, request.Client);
        var (marked, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal(key, marked);
        Assert.Equal((0, RecipientState.Delivered, "250 2.0.0 ok"), (Assert.Single(marks).Ordinal, marks[0].State, marks[0].Reply));
        Assert.Equal(0, _delivery.Store.Reads);
    }

    [Fact]
    public async Task Recipients_of_one_hop_share_a_transaction_and_those_of_another_do_not()
    {
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example", "carl@b.example", "dora@a.example");
        var a = await _delivery.Hops["a.example"].NextAsync();
        var b = await _delivery.Hops["b.example"].NextAsync();
        Assert.Equal(["bob@a.example", "dora@a.example"], a.Recipients.Select(recipient => recipient.Mailbox.ToString()));
        Assert.Equal(["carl@b.example"], b.Recipients.Select(recipient => recipient.Mailbox.ToString()));
    }

    [Fact]
    public async Task More_than_a_hundred_recipients_go_in_several_transactions()
    {
        _delivery.Start();
        _delivery.Store.Commit([.. Enumerable.Range(0, 250).Select(i => $"u{i}@a.example")]);
        var marks = new List<RecipientMark>();
        while (marks.Count < 250)
            marks.AddRange((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal(Enumerable.Range(0, 250), marks.Select(mark => mark.Ordinal).Order());
        Assert.Equal(3, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task Mixed_outcomes_are_marked_each_as_its_own_and_only_the_delayed_are_tried_again()
    {
        _delivery.Start();
        var hop = _delivery.Hops["a.example"];
        hop.Answer = _ => [Temporary(), Delivered, Permanent()];
        _delivery.Store.Commit("bob@a.example", "carl@a.example", "dora@a.example");
        var delivered = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((1, RecipientState.Delivered), (delivered.Ordinal, delivered.State));
        var others = (await _delivery.Store.NextMarkAsync()).Marks;
        Assert.Equal([(0, RecipientState.Waiting), (2, RecipientState.Failed)], others.Select(mark => (mark.Ordinal, mark.State)));
        Assert.Equal("550 5.1.1 no such user", others[1].Reply);

        await hop.NextAsync();
        hop.Answer = _ => [Delivered];
        var again = hop.NextAsync();
        await AdvanceUntilAsync(again);
        Assert.Equal("bob@a.example", Assert.Single((await again).Recipients).Mailbox.ToString());
    }

    [Fact]
    public async Task A_dead_hop_holds_up_its_own_mail_only()
    {
        _delivery.Start();
        var dead = _delivery.Hops["dead.example"];
        dead.Hold = new TaskCompletionSource();
        for (var i = 0; i < 500; i++)
            _delivery.Store.Commit("bob@dead.example");
        var both = _delivery.Store.Commit("bob@dead.example", "carl@b.example");
        var (key, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((both, 1), (key, Assert.Single(marks).Ordinal));
    }

    [Fact]
    public async Task A_hop_gets_as_many_transactions_at_once_as_it_takes()
    {
        _delivery.Start();
        var hop = _delivery.Hops["a.example"];
        hop.Concurrency = 2;
        hop.Hold = new TaskCompletionSource();
        for (var i = 0; i < 20; i++)
            _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        await hop.NextAsync();
        hop.Hold.SetResult();
        for (var i = 0; i < 20; i++)
            await _delivery.Store.NextMarkAsync();
        Assert.Equal(2, hop.MostAtOnce);
        Assert.Equal(20, hop.Total);
    }

    [Fact]
    public async Task Long_lanes_leave_their_messages_on_disk()
    {
        _delivery.Start();
        var hop = _delivery.Hops["a.example"];
        hop.Concurrency = 1;
        hop.Hold = new TaskCompletionSource();
        _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        for (var i = 0; i < 200; i++)
            _delivery.Store.Commit("bob@a.example");
        // Another hop's turn comes last, so all of the above stand in their lane.
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Hops["b.example"].NextAsync();
        hop.Hold.SetResult();
        for (var i = 0; i < 202; i++)
            await _delivery.Store.NextMarkAsync();
        Assert.Equal(200 - 128, _delivery.Store.Reads);
    }

    [Fact]
    public async Task Without_a_next_hop_each_domain_is_a_hop_of_its_own()
    {
        _delivery.Model = new Posthouse.Gateway.Model.QueueModel();
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example", "carl@B.example", "dora@a.example");
        Assert.Equal(["bob@a.example", "dora@a.example"], (await _delivery.Hops["mx/a.example"].NextAsync()).Recipients.Select(recipient => recipient.Mailbox.ToString()));
        Assert.Equal("carl@b.example", Assert.Single((await _delivery.Hops["mx/b.example"].NextAsync()).Recipients).Mailbox.ToString());
    }

    [Fact]
    public async Task Many_domains_together_keep_a_bounded_number_of_messages_in_memory()
    {
        _delivery.Model = new Posthouse.Gateway.Model.QueueModel();
        _delivery.Start();
        for (var i = 0; i < 100; i++)
            _delivery.Hops[$"mx/{i}.example"].Hold = new TaskCompletionSource();
        for (var round = 0; round < 30; round++)
        {
            for (var i = 0; i < 100; i++)
                _delivery.Store.Commit($"bob@{i}.example");
        }
        // The last message's domain is new, so all before it stand in their lanes.
        _delivery.Store.Commit("bob@last.example");
        await _delivery.Hops["mx/last.example"].NextAsync();
        // Four of each domain are on their way.
        Assert.InRange(_delivery.Store.CountBodies(), 1, 400 + 1024 + 10);
        for (var i = 0; i < 100; i++)
            _delivery.Hops[$"mx/{i}.example"].Hold!.SetResult();
        for (var i = 0; i < 3001; i++)
            await _delivery.Store.NextMarkAsync();
    }

    [Fact]
    public async Task A_lane_that_has_emptied_goes_and_the_next_message_has_another()
    {
        var loop = _delivery.Start();
        for (var i = 0; i < 100; i++)
        {
            _delivery.Store.Commit($"bob@{i % 10}.example");
            await _delivery.Store.NextMarkAsync();
        }
        while (loop.Lanes > 0)
            await Task.Yield();
        Assert.Equal(10, _delivery.Hops["0.example"].Total);
    }

    [Fact]
    public async Task A_next_hop_that_cannot_be_decided_now_is_asked_again_later()
    {
        var down = true;
        _delivery.Model = _delivery.Model with { NextHop = new Deciding<NextHop>(_ => down ? Evaluation<NextHop>.Unavailable("remote/x is down") : new(NextHop.To("a.example"))) };
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Waiting, true), (mark.State, mark.Reply.StartsWith("451 4.4.3 ", StringComparison.Ordinal)));
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
        down = false;
        await AdvanceUntilAsync(_delivery.Hops["a.example"].NextAsync());
    }

    [Fact]
    public async Task By_lookup_each_recipient_goes_to_the_remote_that_knew_it()
    {
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByLookup };
        _delivery.Start();
        _delivery.Store.CommitFound(("bob@x.example", "a.example"), ("carl@x.example", "b.example"), ("dora@x.example", "a.example"));
        Assert.Equal(["bob@x.example", "dora@x.example"], (await _delivery.Hops["a.example"].NextAsync()).Recipients.Select(r => r.Mailbox.ToString()));
        Assert.Equal(["carl@x.example"], (await _delivery.Hops["b.example"].NextAsync()).Recipients.Select(r => r.Mailbox.ToString()));
    }

    [Fact]
    public async Task By_lookup_a_recipient_that_no_remote_knew_waits_and_the_others_go()
    {
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByLookup };
        _delivery.Start();
        _delivery.Store.CommitFound(("bob@x.example", null), ("carl@x.example", "b.example"));
        await _delivery.Hops["b.example"].NextAsync();
        List<RecipientMark> marks = [.. (await _delivery.Store.NextMarkAsync()).Marks, .. (await _delivery.Store.NextMarkAsync()).Marks];
        Assert.Equal(RecipientState.Delivered, marks.Single(mark => mark.Ordinal == 1).State);
        var bob = marks.Single(mark => mark.Ordinal == 0);
        Assert.Equal(RecipientState.Waiting, bob.State);
        Assert.StartsWith("451 4.4.3 queue.outbound.next-hop goes by lookup, and no remote in session.rcpt.lookup.addresses has said yes", bob.Reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b.example", false, "b.example")]
    [InlineData(null, true, "mx/x.example")]
    public async Task By_lookup_a_recipient_that_no_session_has_asked_for_is_asked_for_now(string? knownAt, bool isElsewhere, string hop)
    {
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByLookup };
        _delivery.Search = new FakeSearch(new(new RecipientPlace(knownAt, isElsewhere)));
        _delivery.Start();
        _delivery.Store.CommitFound(("bob@x.example", null));
        Assert.Equal("bob@x.example", Assert.Single((await _delivery.Hops[hop].NextAsync()).Recipients).Mailbox.ToString());
    }

    [Fact]
    public async Task By_lookup_a_recipient_of_whom_nothing_can_be_told_now_or_who_is_ours_and_nobodys_waits()
    {
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByLookup };
        var search = new FakeSearch(Evaluation<RecipientPlace>.Unavailable("remote/b does not answer"));
        _delivery.Search = search;
        _delivery.Start();
        _delivery.Store.CommitFound(("bob@x.example", null));
        Assert.EndsWith("who knows this recipient cannot be told: remote/b does not answer", Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).Reply, StringComparison.Ordinal);
        search.Place = new(new RecipientPlace(null, IsElsewhere: false));
        _delivery.Store.CommitFound(("bob@x.example", null));
        Assert.StartsWith("451 4.4.3 queue.outbound.next-hop goes by lookup, and no remote", Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).Reply, StringComparison.Ordinal);
    }

    sealed class FakeSearch(Evaluation<RecipientPlace> place) : IRecipientSearch
    {
        internal Evaluation<RecipientPlace> Place { get; set; } = place;

        public async ValueTask<Evaluation<RecipientPlace>> FindAsync(Mailbox mailbox, IRuleSubject subject, CancellationToken cancellationToken)
        {
            // A host is asked, so not under a token that forbids it.
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            return Place;
        }
    }

    [Fact]
    public async Task By_lookup_a_remote_that_is_gone_delays()
    {
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByLookup };
        _delivery.Start();
        _delivery.Store.CommitFound(("bob@x.example", "nowhere.example"));
        Assert.StartsWith("451 4.3.5 there is no remote named nowhere.example", Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_that_is_not_defined_delays()
    {
        _delivery.Start();
        _delivery.Store.Commit("bob@nowhere.example");
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Waiting, "451 4.3.5 there is no remote named nowhere.example"), (mark.State, mark.Reply));
    }

    [Fact]
    public async Task A_message_put_off_by_a_clock_far_ahead_goes_within_a_day_of_a_restart()
    {
        var key = _delivery.Store.Add("bob@a.example");
        _delivery.Store.Waiting.Add(new(key, 0, 3, Queue.Letters.Now.AddYears(10)));
        _delivery.Start();
        _delivery.Time.Advance(TimeSpan.FromDays(1));
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Delivered, 4), (mark.State, mark.Attempts));
    }

    [Fact]
    public async Task A_rule_sees_the_recipient_and_where_the_message_came_from()
    {
        IRuleSubject? seen = null;
        _delivery.Model = _delivery.Model with { NextHop = new Deciding<NextHop>(subject => new((seen = subject) is null ? NextHop.ByMx : NextHop.To("a.example"))) };
        _delivery.Start();
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal("bob@b.example", seen!.Text(RuleVariable.Rcpt));
        Assert.Equal("b.example", seen.Text(RuleVariable.RcptDomain));
        Assert.Equal("ann@example.org", seen.Text(RuleVariable.Sender));
        Assert.Equal("example.org", seen.Text(RuleVariable.SenderDomain));
        Assert.Equal("smtp", seen.Text(RuleVariable.Listener));
        Assert.Equal("client.example", seen.Text(RuleVariable.HeloDomain));
        Assert.Equal("", seen.Text(RuleVariable.AuthenticatedAs));
        Assert.Equal(System.Net.IPAddress.Loopback, seen.Address(RuleVariable.RemoteIp));
        Assert.Equal("127.0.0.1", seen.Text(RuleVariable.RemoteIp));
        Assert.Equal("", seen.Text(RuleVariable.LocalIp));
        Assert.Equal(10, seen.Number(RuleVariable.Size));
        Assert.Equal(0, seen.Number(RuleVariable.IsTls));
    }

    [Fact]
    public async Task What_breaks_in_an_attempt_delays_as_if_it_may_have_arrived()
    {
        _delivery.Hops["a.example"].Answer = _ => throw new InvalidOperationException("a bug");
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Waiting, true), (mark.State, mark.MaybeDelivered));
    }

    [Fact]
    public async Task A_rule_that_breaks_puts_the_message_off_and_not_away()
    {
        var broken = true;
        _delivery.Model = _delivery.Model with { NextHop = new Deciding<NextHop>(_ => broken ? throw new InvalidOperationException("a bug") : new(NextHop.To("a.example"))) };
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        _delivery.Store.Commit("bob@a.example");
        var first = _delivery.Hops["a.example"].NextAsync();
        broken = false;
        await AdvanceUntilAsync(first);
    }

    /// <summary>Moves the clock on until a retry shows: when it is put into the schedule is the loop's affair.</summary>
    async Task AdvanceUntilAsync(Task expected)
    {
        while (!expected.IsCompleted)
        {
            _delivery.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
        await expected;
    }
}
