using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Sasl;

public class SaslClientTests
{
    static Credentials Credentials(string user, string secret) => new(user, Encoding.UTF8.GetBytes(secret));

    static string? Respond(SaslClient client, string challenge)
    {
        var output = new ArrayBufferWriter<byte>();
        return client.TryRespond(Encoding.UTF8.GetBytes(challenge), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    [Theory]
    [InlineData("PLAIN", true, true)]
    [InlineData("plain", true, true)]
    [InlineData("LOGIN", false, true)]
    [InlineData("CRAM-MD5", false, false)]
    [InlineData("SCRAM-SHA-256", true, false)]
    public void A_known_mechanism_says_how_it_behaves(string mechanism, bool initial, bool sendsSecret)
    {
        var client = SaslClient.Create(mechanism, Credentials("jane", "s"));
        Assert.NotNull(client);
        Assert.Equal(mechanism.ToUpperInvariant(), client.Mechanism);
        Assert.Equal(initial, client.HasInitialResponse);
        Assert.Equal(sendsSecret, client.SendsSecret);
        Assert.False(client.IsComplete);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GSSAPI")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("PLAIN ")]
    public void An_unknown_mechanism_has_no_client(string mechanism) =>
        Assert.Null(SaslClient.Create(mechanism, Credentials("jane", "s")));

    [Fact]
    public void Plain_sends_name_and_secret_between_nuls_once()
    {
        var client = SaslClient.Create("PLAIN", Credentials("jane@example.org", "pässword"))!;
        Assert.Equal("\0jane@example.org\0pässword", Respond(client, ""));
        Assert.True(client.IsComplete);
        Assert.Null(Respond(client, ""));
    }

    [Fact]
    public void Plain_refuses_a_challenge_that_is_not_empty()
    {
        var client = SaslClient.Create("PLAIN", Credentials("jane", "s"))!;
        Assert.Null(Respond(client, "Username:"));
        Assert.False(client.IsComplete);
    }

    [Fact]
    public void Login_answers_two_prompts_whatever_they_say_and_no_third()
    {
        var client = SaslClient.Create("LOGIN", Credentials("jane", "secret"))!;
        Assert.Equal("jane", Respond(client, "User Name\0"));
        Assert.False(client.IsComplete);
        Assert.Equal("secret", Respond(client, ""));
        Assert.True(client.IsComplete);
        Assert.Null(Respond(client, "Password:"));
    }

    [Fact]
    public void Cram_md5_answers_the_example_of_rfc_2195()
    {
        var client = SaslClient.Create("CRAM-MD5", Credentials("tim", "tanstaaftanstaaf"))!;
        Assert.Equal("tim b913a602c7eda7a495b4e6e7334d3890", Respond(client, "<1896.697170952@postoffice.reston.mci.net>"));
        Assert.True(client.IsComplete);
        Assert.Null(Respond(client, "<1896.697170952@postoffice.reston.mci.net>"));
    }

    [Fact]
    public void Cram_md5_answers_no_empty_challenge() =>
        Assert.Null(Respond(SaslClient.Create("CRAM-MD5", Credentials("tim", "s"))!, ""));

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    [InlineData("SCRAM-SHA-256")]
    public void A_name_or_secret_that_could_shift_a_field_is_never_sent(string mechanism)
    {
        string[] unsound = ["", "a\0b", "a\r\nb", "a\u0001b", "a\u007f", "a\ud800"];
        foreach (var bad in unsound)
        {
            Assert.Null(Last(Credentials(bad, "secret")));
            if (!bad.Contains('\ud800'))
                Assert.Null(Last(Credentials("jane", bad)));
        }
        Assert.Null(Last(new Credentials("jane", [0xC3, 0x28])));

        string? Last(Credentials credentials)
        {
            var client = SaslClient.Create(mechanism, credentials)!;
            var first = Respond(client, mechanism == "CRAM-MD5" ? "<1@x>" : "");
            return mechanism == "LOGIN" && first is not null ? Respond(client, "") : first;
        }
    }
}
