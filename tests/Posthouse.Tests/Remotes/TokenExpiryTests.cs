using System.Buffers.Text;
using System.Text;
using Posthouse.Remotes.Lookups;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

public class TokenExpiryTests
{
    [Theory]
    [InlineData("""{"exp":1000}""", 1000L)]
    [InlineData("""{"sub":"jane","exp":1000.9,"iat":1}""", 1000L)]
    [InlineData("""{"a":{"exp":5},"b":[{"exp":6}],"exp":1000}""", 1000L)]
    // Readers differ in which of two they take, so the earlier one counts.
    [InlineData("""{"exp":2000,"exp":1000}""", 1000L)]
    [InlineData("""{"exp":1000,"exp":2000}""", 1000L)]
    [InlineData("""{"exp":1000,""", 1000L)]
    [InlineData("""{"exp":-1e300}""", -62135596800)]
    [InlineData("""{"exp":1e300}""", null)]
    [InlineData("""{"exp":"1000"}""", null)]
    [InlineData("""{"exp":null}""", null)]
    [InlineData("""{"exp":{"exp":1000}}""", null)]
    [InlineData("""["exp",1000]""", null)]
    [InlineData("""{"sub":"jane"}""", null)]
    [InlineData("exp", null)]
    [InlineData("", null)]
    public void A_JWT_tells_when_it_ends_or_nothing(string claims, long? seconds) =>
        Assert.Equal(seconds is { } known ? DateTimeOffset.FromUnixTimeSeconds(known) : null, Of($"e30.{Encode(claims)}.c2ln"));

    [Theory]
    [InlineData("opaque")]
    [InlineData("e30.{0}")]
    [InlineData(".{0}.c2ln")]
    [InlineData("e30.{0}.c2ln.")]
    [InlineData("e30.e30.{0}.e30.c2ln")]
    [InlineData("e30.*{0}.c2ln")]
    public void What_is_no_JWT_in_three_parts_tells_nothing(string form) =>
        Assert.Null(Of(form.Replace("{0}", Encode("""{"exp":1000}"""), StringComparison.Ordinal)));

    [Fact]
    public void The_longest_token_is_read_and_a_deep_one_does_no_harm()
    {
        var claims = """{"exp":1000,"x":"?"}""".Replace("?", new string('y', 6000), StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1000), Of($"e30.{Encode(claims)}.c2ln"));
        Assert.Null(Of($"e30.{Encode(new string('[', 6000))}.c2ln"));
    }

    [Fact]
    public void A_password_that_looks_like_a_JWT_has_no_end()
    {
        using var password = new Credentials("jane", Encoding.ASCII.GetBytes($"e30.{Encode("""{"exp":1000}""")}.c2ln"));
        Assert.Null(TokenExpiry.Of(password));
    }

    static string Encode(string claims) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));

    static DateTimeOffset? Of(string token)
    {
        using var credentials = new Credentials("jane", Encoding.ASCII.GetBytes(token), CredentialKind.BearerToken);
        return TokenExpiry.Of(credentials);
    }
}
