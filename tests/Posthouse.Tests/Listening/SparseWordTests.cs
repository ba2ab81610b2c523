using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Listening;

namespace Posthouse.Tests.Listening;

public class SparseWordTests
{
    [Fact]
    public void The_first_is_told_and_the_next_after_the_pause_with_the_number_of_those_between()
    {
        var time = new FakeTimeProvider();
        var word = new SparseWord(TimeSpan.FromMinutes(1), time);
        Assert.True(word.TryTell(out var others));
        Assert.Equal(0, others);
        for (var i = 0; i < 3; i++)
            Assert.False(word.TryTell(out _));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(word.TryTell(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(word.TryTell(out others));
        Assert.Equal(4, others);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(word.TryTell(out others));
        Assert.Equal(0, others);
    }
}
