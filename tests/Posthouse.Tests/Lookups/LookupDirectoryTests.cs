using System.Text;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Lookups;

public class LookupDirectoryTests
{
    readonly List<string> _asked = [];

    LookupDirectory Directory(params (string Id, AnswerKind Kind)[] rungs) => new(target =>
        rungs.Where(rung => rung.Id == target.Id).Select(rung => new FakeRung(rung.Id, rung.Kind, _asked)).FirstOrDefault());

    static LookupLadder Ladder(params string[] ids) => new([.. ids.Select(id => new LookupTarget(LookupKind.Remote, id))]);

    static readonly Func<LookupDirectory, LookupLadder, ValueTask<Answer>>[] Questions =
    [
        (d, l) => d.AuthenticateAsync(l, new Credentials("jane", Encoding.UTF8.GetBytes("secret")), null, default),
        (d, l) => d.HoldsDomainAsync(l, "example.org", default),
        async (d, l) => (await d.VerifyRecipientAsync(l, Parse("jane@example.org"), default)).Answer,
        (d, l) => d.VerifyAsync(l, "jane", default),
        (d, l) => d.ExpandAsync(l, "staff", default),
    ];

    static Mailbox Parse(string text) => Mailbox.TryParse(text, out var mailbox) ? mailbox : throw new ArgumentException(text);

    [Theory]
    [InlineData(AnswerKind.No, AnswerKind.Yes, AnswerKind.Yes, 2)]
    [InlineData(AnswerKind.No, AnswerKind.No, AnswerKind.No, 2)]
    [InlineData(AnswerKind.Yes, AnswerKind.No, AnswerKind.Yes, 1)]
    [InlineData(AnswerKind.Full, AnswerKind.Yes, AnswerKind.Full, 1)]
    [InlineData(AnswerKind.Refused, AnswerKind.Yes, AnswerKind.Refused, 1)]
    [InlineData(AnswerKind.Unavailable, AnswerKind.Yes, AnswerKind.Unavailable, 1)]
    public async Task Only_a_no_goes_on_to_the_next_rung(AnswerKind first, AnswerKind second, AnswerKind outcome, int asked)
    {
        foreach (var question in Questions)
        {
            _asked.Clear();
            var answer = await question(Directory(("a", first), ("b", second)), Ladder("a", "b"));
            Assert.Equal(outcome, answer.Kind);
            Assert.Equal(asked, _asked.Count);
        }
    }

    [Theory]
    [InlineData(AnswerKind.Yes, AnswerKind.Yes, "a")]
    [InlineData(AnswerKind.No, AnswerKind.Yes, "b")]
    [InlineData(AnswerKind.No, AnswerKind.No, null)]
    [InlineData(AnswerKind.No, AnswerKind.Full, null)]
    [InlineData(AnswerKind.No, AnswerKind.Refused, null)]
    [InlineData(AnswerKind.Unavailable, AnswerKind.Yes, null)]
    public async Task A_recipient_is_found_at_the_remote_that_says_yes(AnswerKind first, AnswerKind second, string? foundAt) =>
        Assert.Equal(foundAt, (await Directory(("a", first), ("b", second)).VerifyRecipientAsync(Ladder("a", "b"), Parse("jane@example.org"), TestContext.Current.CancellationToken)).FoundAt);

    [Fact]
    public async Task A_recipient_that_a_list_knows_is_found_at_no_remote()
    {
        var ladder = new LookupLadder([new(LookupKind.List, "l"), new(LookupKind.Remote, "a")]);
        var (answer, foundAt) = await Directory(("l", AnswerKind.Yes), ("a", AnswerKind.Yes)).VerifyRecipientAsync(ladder, Parse("jane@example.org"), TestContext.Current.CancellationToken);
        Assert.Equal((AnswerKind.Yes, null), (answer.Kind, foundAt));
    }

    [Fact]
    public async Task A_name_that_nothing_bears_is_unavailable_and_never_a_no()
    {
        foreach (var question in Questions)
            Assert.Equal(AnswerKind.Unavailable, (await question(Directory(("b", AnswerKind.Yes)), Ladder("gone", "b"))).Kind);
        var membership = new LookupDirectory().Membership(new LookupTarget(LookupKind.List, "gone"));
        Assert.Equal("list/gone", membership.Name);
        Assert.Equal(Membership.Unavailable, await membership.ContainsAsync("x", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_membership_asks_its_own_name()
    {
        var directory = Directory(("a", AnswerKind.Yes), ("b", AnswerKind.No));
        Assert.Equal(Membership.Yes, await directory.Membership(new(LookupKind.Remote, "a")).ContainsAsync("x", TestContext.Current.CancellationToken));
        Assert.Equal(Membership.No, await directory.Membership(new(LookupKind.Remote, "b")).ContainsAsync("x", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(AnswerKind.Yes, Membership.Yes)]
    [InlineData(AnswerKind.Full, Membership.Yes)]
    [InlineData(AnswerKind.No, Membership.No)]
    [InlineData(AnswerKind.Refused, Membership.No)]
    [InlineData(AnswerKind.Unavailable, Membership.Unavailable)]
    public void A_hosts_answer_about_a_mailbox_tells_membership(AnswerKind answer, Membership membership) =>
        Assert.Equal(membership, RemoteLookup.FromAnswer(answer));

    sealed class FakeRung(string id, AnswerKind kind, List<string> asked) : ILookup
    {
        public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) => Answer();

        public ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken) => Answer();

        public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) => Answer();

        public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => Answer();

        public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => Answer();

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(RemoteLookup.FromAnswer(kind));

        ValueTask<Answer> Answer()
        {
            asked.Add(id);
            return new(new Answer { Kind = kind });
        }
    }
}
