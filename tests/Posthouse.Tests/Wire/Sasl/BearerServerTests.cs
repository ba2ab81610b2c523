using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Sasl;

/// <summary>OAUTHBEARER and XOAUTH2 from a client.</summary>
public class BearerServerTests
{
    static readonly string Long255 = new('a', 255);
    static readonly string Long8192 = new('x', 8192);

    static SaslStep Step(SaslServer server, string? response)
    {
        var output = new ArrayBufferWriter<byte>();
        var step = server.Step(response is null ? default : Encoding.Latin1.GetBytes(response), response is not null, output);
        Assert.Equal(0, output.WrittenCount);
        return step;
    }

    [Theory]
    // RFC 7628 section 4.1, and the same without host and port.
    [InlineData("OAUTHBEARER", "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")]
    [InlineData("oauthbearer", "bixhPXVzZXJAZXhhbXBsZS5jb20sAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")]
    // Google's example.
    [InlineData("XOAUTH2", "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")]
    public void The_published_examples_yield_name_and_token(string mechanism, string message, string user, string token)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism))!;
        Assert.Equal(SaslStep.Complete, Step(server, Encoding.Latin1.GetString(Convert.FromBase64String(message))));
        using var credentials = server.TakeCredentials();
        Assert.Equal((user, token, CredentialKind.BearerToken), (credentials.UserName, Encoding.ASCII.GetString(credentials.Secret), credentials.Kind));
    }

    public static TheoryData<string, SaslStep, string> OauthbearerMessages => new()
    {
        { "n,a=jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Complete, "jane" },
        { "y,a=jane,\u0001auth=bEARER  t\u0001\u0001", SaslStep.Complete, "jane" },
        { "n,a=x=2Ca=3dadmin,\u0001auth=Bearer t\u0001port=1\u0001\u0001", SaslStep.Complete, "x,a=admin" },
        { $"n,a={Long255},\u0001auth=Bearer t\u0001\u0001", SaslStep.Complete, Long255 },
        { "n,,\u0001auth=Bearer t\u0001\u0001", SaslStep.Unnamed, "" },
        { "n,a=jane,\u0001auth=\u0001\u0001", SaslStep.Refused, "" },
        { "n,a=jane,\u0001auth=Bearer \u0001\u0001", SaslStep.Refused, "" },
        { "n,a=jane,\u0001auth=Bearer a b\u0001\u0001", SaslStep.Refused, "" },
        { "n,a=jane,\u0001auth=Bearer a\r\nb\u0001\u0001", SaslStep.Refused, "" },
        { $"n,a=jane,\u0001auth=Bearer {Long8192}x\u0001\u0001", SaslStep.Refused, "" },
        { $"n,a={Long255}a,\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "n,a=ja\0ne,\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "n,a=ja\u0001ne,\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "n,a=jane\u00ff,\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "", SaslStep.Malformed, "" },
        { "\u0001", SaslStep.Malformed, "" },
        { "jane", SaslStep.Malformed, "" },
        { "n,a=jane,", SaslStep.Malformed, "" },
        { "n,a=jane\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,user=jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=x=2,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=x=41,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,x,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "p=tls-unique,a=jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "F,n,a=jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001port=1\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001\u0001x=y\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001auth=Bearer u\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Basic t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer\tt\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u00ff\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001x1=y\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001=y\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001x\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001x=\u007f\u0001\u0001", SaslStep.Malformed, "" },
    };

    [Theory]
    [MemberData(nameof(OauthbearerMessages))]
    public void Oauthbearer_takes_its_grammar_and_nothing_else(string message, SaslStep expected, string user) =>
        AssertTakes("OAUTHBEARER", message, expected, user);

    public static TheoryData<string, SaslStep, string> Xoauth2Messages => new()
    {
        { "user=jane\u0001auth=Bearer t\u0001\u0001", SaslStep.Complete, "jane" },
        { "user=x,a=admin\u0001auth=Bearer t\u0001\u0001", SaslStep.Complete, "x,a=admin" },
        { "user=\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "user=jane\u0001auth=\u0001\u0001", SaslStep.Refused, "" },
        { "user=jane\r\n\u0001auth=Bearer t\u0001\u0001", SaslStep.Refused, "" },
        { "user=jane\u0001auth=Bearer a b\u0001\u0001", SaslStep.Refused, "" },
        { $"user=jane\u0001auth=Bearer {Long8192}x\u0001\u0001", SaslStep.Refused, "" },
        { "", SaslStep.Malformed, "" },
        { "\u0001\u0001\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001\u0001\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001auth=Bearer t\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001auth=Bearer t\u0001\u0001\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001auth=Bearer t\u0001x\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001auth=Bearer y\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "auth=Bearer t\u0001user=jane\u0001\u0001", SaslStep.Malformed, "" },
        { "User=jane\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
        { "user=jane\u0001auth=Basic t\u0001\u0001", SaslStep.Malformed, "" },
        { "n,a=jane,\u0001auth=Bearer t\u0001\u0001", SaslStep.Malformed, "" },
    };

    [Theory]
    [MemberData(nameof(Xoauth2Messages))]
    public void Xoauth2_takes_its_one_form(string message, SaslStep expected, string user) => AssertTakes("XOAUTH2", message, expected, user);

    [Theory]
    [InlineData("OAUTHBEARER", "n,a=jane,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("XOAUTH2", "user=jane\u0001auth=Bearer t\u0001\u0001")]
    public void A_message_cut_anywhere_or_with_an_octet_more_is_no_other_login(string mechanism, string message)
    {
        for (var cut = 0; cut < message.Length; cut++)
            AssertTakes(mechanism, message[..cut], SaslStep.Malformed, "");
        AssertTakes(mechanism, message + "x", SaslStep.Malformed, "");
    }

    [Theory]
    [InlineData("OAUTHBEARER", "n,a=jane,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("XOAUTH2", "user=jane\u0001auth=Bearer t\u0001\u0001")]
    public void Without_an_initial_response_it_is_asked_for_once(string mechanism, string message)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism))!;
        Assert.Equal(SaslStep.Challenge, Step(server, null));
        Assert.Equal(SaslStep.Complete, Step(server, message));
        Assert.Equal(SaslStep.Malformed, Step(server, message));
        Assert.Equal("{\"status\":\"invalid_token\"}"u8, server.RefusalChallenge);
    }

    [Fact]
    public void Disposing_wipes_a_token_that_nobody_took()
    {
        var server = SaslServer.Create("XOAUTH2"u8)!;
        Step(server, "user=jane\u0001auth=Bearer t\u0001\u0001");
        server.Dispose();
        Assert.Throws<ObjectDisposedException>(() => server.TakeCredentials().Secret.Length);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public void A_password_is_refused_without_a_last_challenge(string mechanism)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism))!;
        Assert.True(server.RefusalChallenge.IsEmpty);
    }

    static void AssertTakes(string mechanism, string message, SaslStep expected, string user)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism))!;
        Assert.Equal(expected, Step(server, message));
        if (expected != SaslStep.Complete)
        {
            Assert.Throws<InvalidOperationException>(server.TakeCredentials);
            return;
        }
        using var credentials = server.TakeCredentials();
        Assert.Equal((user, "t"), (credentials.UserName, Encoding.ASCII.GetString(credentials.Secret)));
    }
}
