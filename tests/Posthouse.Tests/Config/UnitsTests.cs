using Posthouse.Gateway.Config.Values;

namespace Posthouse.Tests.Config;

public class UnitsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1m", 60_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData(" 1 M ", 60_000)]
    [InlineData("1H30m", 5_400_000)]
    [InlineData("1d 2h 3m 4s 5ms", 93_784_005)]
    [InlineData("0s", 0)]
    [InlineData("36500d", 3_153_600_000_000)]
    public void A_duration_is_numbers_with_units(string text, long milliseconds)
    {
        Assert.True(Units.TryParseDuration(text, out var duration, out var isBare));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
        Assert.False(isBare);
    }

    [Fact]
    public void A_bare_number_is_milliseconds()
    {
        Assert.True(Units.TryParseDuration("500", out var duration, out var isBare));
        Assert.Equal(TimeSpan.FromMilliseconds(500), duration);
        Assert.True(isBare);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("1 week")]
    [InlineData("1h30")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("36501d")]
    [InlineData("9999999999999999s")]
    [InlineData("999999999999999d")]
    [InlineData("1s\n")]
    [InlineData("١s")]
    public void Anything_else_is_no_duration(string text) => Assert.False(Units.TryParseDuration(text, out _, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("25MB", 25_000_000)]
    [InlineData("25 MiB", 26_214_400)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1gb", 1_000_000_000)]
    [InlineData("2GiB", 2_147_483_648)]
    [InlineData("7b", 7)]
    public void A_size_is_octets_or_has_a_unit(string text, long octets)
    {
        Assert.True(Units.TryParseSize(text, out var size));
        Assert.Equal(octets, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1")]
    [InlineData("1.5MB")]
    [InlineData("1MB1KB")]
    [InlineData("25M")]
    [InlineData("999999999999999GiB")]
    public void Anything_else_is_no_size(string text) => Assert.False(Units.TryParseSize(text, out _));

    [Theory]
    [InlineData("25/1h", 25, 3600)]
    [InlineData(" 5 / 1m30s ", 5, 90)]
    public void A_rate_is_a_count_in_a_time(string text, long count, int seconds)
    {
        Assert.True(Units.TryParseRate(text, out var rate));
        Assert.Equal(new Rate(count, TimeSpan.FromSeconds(seconds)), rate);
    }

    [Theory]
    [InlineData("25")]
    [InlineData("25/")]
    [InlineData("/1h")]
    [InlineData("25/0s")]
    [InlineData("25/10")]
    [InlineData("-1/1h")]
    public void Anything_else_is_no_rate(string text) => Assert.False(Units.TryParseRate(text, out _));
}
