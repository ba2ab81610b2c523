using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Sasl;

/// <summary>OAUTHBEARER and XOAUTH2 toward a host.</summary>
public class BearerClientTests
{
    // The token of the examples of RFC 7628 section 4.
    const string Token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

    static Credentials Credentials(string user, string token) => new(user, Encoding.UTF8.GetBytes(token), CredentialKind.BearerToken);

    static string? Respond(SaslClient client, string challenge)
    {
        var output = new ArrayBufferWriter<byte>();
        return client.TryRespond(Encoding.UTF8.GetBytes(challenge), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    [Fact]
    public void Oauthbearer_says_the_example_of_rfc_7628_without_host_and_port()
    {
        var client = SaslClient.Create("OAUTHBEARER", Credentials("user@example.com", Token))!;
        var message = Respond(client, "")!;
        Assert.Equal(
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(message)));
        Assert.True(client.IsComplete);
    }

    [Fact]
    public void Xoauth2_says_the_example_of_its_makers()
    {
        var client = SaslClient.Create("XOAUTH2", Credentials("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"))!;
        var message = Respond(client, "")!;
        Assert.Equal(
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(message)));
        Assert.True(client.IsComplete);
    }

    [Theory]
    [InlineData("OAUTHBEARER", "\u0001")]
    [InlineData("XOAUTH2", "")]
    public void An_error_is_acknowledged_once_and_a_success_after_it_is_not_one(string mechanism, string acknowledgement)
    {
        var client = SaslClient.Create(mechanism, Credentials("jane", Token))!;
        Assert.NotNull(Respond(client, ""));
        Assert.Equal(acknowledgement, Respond(client, "{\"status\":\"invalid_token\"}"));
        Assert.False(client.IsComplete);
        Assert.Null(Respond(client, "{\"status\":\"invalid_token\"}"));
    }

    [Theory]
    [InlineData("OAUTHBEARER")]
    [InlineData("XOAUTH2")]
    public void A_challenge_that_is_out_of_place_is_not_answered(string mechanism)
    {
        Assert.Null(Respond(SaslClient.Create(mechanism, Credentials("jane", Token))!, "{\"status\":\"invalid_token\"}"));
        var said = SaslClient.Create(mechanism, Credentials("jane", Token))!;
        Respond(said, "");
        Assert.Null(Respond(said, ""));
    }

    [Theory]
    [InlineData("oauthbearer", true)]
    [InlineData("XOAuth2", true)]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("SCRAM-SHA-256", false)]
    public void A_mechanism_carries_one_kind_of_secret(string mechanism, bool isToken)
    {
        Assert.Equal(isToken, SaslClient.Create(mechanism, Credentials("jane", Token)) is { HasInitialResponse: true, SendsSecret: true });
        using var password = new Credentials("jane", Encoding.UTF8.GetBytes(Token));
        Assert.Equal(!isToken, SaslClient.Create(mechanism, password) is not null);
    }

    [Theory]
    [InlineData("OAUTHBEARER", "x,a=admin", "n,a=x=2Ca=3Dadmin,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "=2C", "n,a==3D2C,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("XOAUTH2", "x,a=admin", "user=x,a=admin\u0001auth=Bearer t\u0001\u0001")]
    public void A_name_with_separators_is_escaped_where_they_separate(string mechanism, string user, string message) =>
        Assert.Equal(message, Respond(SaslClient.Create(mechanism, Credentials(user, "t"))!, ""));

    [Theory]
    [InlineData("OAUTHBEARER")]
    [InlineData("XOAUTH2")]
    public void A_name_or_token_that_could_shift_a_field_is_never_sent(string mechanism)
    {
        foreach (var user in new[] { "", "a\0b", "a\r\nb", "x\u0001auth=Bearer y", "a\u007f", "a\ud800" })
            Assert.Null(Respond(SaslClient.Create(mechanism, Credentials(user, Token))!, ""));
        foreach (var token in new[] { "", "a b", "a\u0001b", "a\0b", "a\r\nb", "a\tb", "a\u007f", "\u00fc", new string('x', 8193) })
            Assert.Null(Respond(SaslClient.Create(mechanism, Credentials("jane", token))!, ""));
    }

    [Theory]
    [InlineData("OAUTHBEARER", ',')]
    [InlineData("XOAUTH2", 'a')]
    public void The_longest_name_and_token_go_into_one_line(string mechanism, char letter)
    {
        var message = Respond(SaslClient.Create(mechanism, Credentials(new string(letter, 255), new string('x', 8192)))!, "")!;
        Assert.InRange(Convert.ToBase64String(Encoding.ASCII.GetBytes(message)).Length, 1, 12288);
    }
}
