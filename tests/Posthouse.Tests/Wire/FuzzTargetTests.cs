using CsCheck;
using Posthouse.Fuzz;

namespace Posthouse.Tests.Wire;

public class FuzzTargetTests
{
    public static TheoryData<string> Names => [.. Targets.All.Keys];

    [Fact]
    public void Every_target_has_seeds() =>
        Assert.Equal(Targets.All.Keys.Order(StringComparer.Ordinal), FuzzCorpus.Seeds.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_target_holds_over_its_corpus(string name)
    {
        foreach (var seed in FuzzCorpus.Seeds[name])
            Targets.All[name](Cuts.Octets(seed));
    }

    /// <summary>One change or two: an octet replaced, a piece of the grammar put in, or the tail cut.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_target_holds_over_mutations_of_its_corpus(string name)
    {
        var target = Targets.All[name];
        var piece = Pick.From("\r\n", "\r", "\n", ".", " ", "<", ">", "@", "\"", "\\", "+", "=", ";", ":", "-", "0", "\0", "\u007f", "\u00ff", "\u00c3\u00bc", "[", "]");
        var change = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1000], piece);
        Gen.Select(Pick.From(FuzzCorpus.Seeds[name]), change.Array[1, 2]).Sample((seed, changes) =>
        {
            var text = seed;
            foreach (var (kind, place, with) in changes)
            {
                var at = place % (text.Length + 1);
                text = kind switch
                {
                    0 => text[..at] + with + text[Math.Min(at + 1, text.Length)..],
                    1 => text.Insert(at, with),
                    _ => text[..at],
                };
            }

            target(Cuts.Octets(text));
        }, iter: 3000);
    }

    [Fact]
    public void An_oracle_that_fails_is_heard()
    {
        var thrown = Assert.Throws<OracleException>(() => Oracle.Holds(false, "said"));
        Assert.Equal("said", thrown.Message);
    }
}
