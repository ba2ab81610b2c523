using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Sasl;

public class SaslServerTests
{
    static readonly string Long255 = new('a', 255);
    static readonly string Long256 = new('a', 256);

    static (SaslStep Step, string Challenge) Step(SaslServer server, string? response)
    {
        var output = new ArrayBufferWriter<byte>();
        // Latin-1, so that a row can hold octets that are no UTF-8.
        var step = server.Step(response is null ? default : Encoding.Latin1.GetBytes(response), response is not null, output);
        return (step, Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("pLaIn", true)]
    [InlineData("Login", true)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("PLAINX", false)]
    [InlineData("", false)]
    public void Plain_and_login_are_known_in_any_case(string mechanism, bool known)
    {
        using var server = SaslServer.Create(Encoding.ASCII.GetBytes(mechanism));
        Assert.Equal(known, server is not null);
    }

    public static TheoryData<string, SaslStep> PlainMessages => new()
    {
        { "\0jane\0secret", SaslStep.Complete },
        { "jane\0jane\0secret", SaslStep.Complete },
        { "\0" + Long255 + "\0" + Long255, SaslStep.Complete },
        { "\0*\0secret", SaslStep.Complete },
        { "\0a)(uid=*\0' OR 1", SaslStep.Complete },
        { "", SaslStep.Malformed },
        { "jane", SaslStep.Malformed },
        { "\0jane", SaslStep.Malformed },
        { "\0jane\0sec\0ret", SaslStep.Malformed },
        { "\0\0", SaslStep.Refused },
        { "\0\0secret", SaslStep.Refused },
        { "\0jane\0", SaslStep.Refused },
        { "root\0jane\0secret", SaslStep.Refused },
        { "jane\0\0secret", SaslStep.Refused },
        { "\0" + Long256 + "\0secret", SaslStep.Refused },
        { "\0jane\0" + Long256, SaslStep.Refused },
        { "\0jane\r\n\0secret", SaslStep.Refused },
        { "\0jane\0sec\u0001ret", SaslStep.Refused },
        { "\0jane\u007f\0secret", SaslStep.Refused },
        { "\0jane\u00ff\0secret", SaslStep.Refused },
        { "\0jane\0\u00c3(", SaslStep.Refused },
    };

    [Theory]
    [MemberData(nameof(PlainMessages))]
    public void Plain_takes_two_nuls_and_sound_fields(string message, SaslStep expected)
    {
        using var server = SaslServer.Create("PLAIN"u8)!;
        Assert.Equal(expected, Step(server, message).Step);
        if (expected != SaslStep.Complete)
        {
            Assert.Throws<InvalidOperationException>(server.TakeCredentials);
            return;
        }
        using var credentials = server.TakeCredentials();
        var fields = message.Split('\0');
        Assert.Equal(fields[1], credentials.UserName);
        Assert.Equal(fields[2], Encoding.UTF8.GetString(credentials.Secret));
    }

    [Fact]
    public void Plain_without_an_initial_response_asks_once_with_an_empty_challenge()
    {
        using var server = SaslServer.Create("PLAIN"u8)!;
        Assert.Equal((SaslStep.Challenge, ""), Step(server, null));
        Assert.Equal(SaslStep.Complete, Step(server, "\0jane\0secret").Step);
        Assert.Equal(SaslStep.Malformed, Step(server, "\0jane\0secret").Step);
    }

    [Fact]
    public void Login_asks_for_name_and_secret()
    {
        using var server = SaslServer.Create("LOGIN"u8)!;
        Assert.Equal((SaslStep.Challenge, "Username:"), Step(server, null));
        Assert.Equal((SaslStep.Challenge, "Password:"), Step(server, "jane"));
        Assert.Equal((SaslStep.Complete, ""), Step(server, "secret"));
        using var credentials = server.TakeCredentials();
        Assert.Equal("jane", credentials.UserName);
        Assert.Equal("secret"u8, credentials.Secret);
        Assert.Equal(SaslStep.Malformed, Step(server, "again").Step);
    }

    [Fact]
    public void Login_takes_an_initial_response_for_the_name()
    {
        using var server = SaslServer.Create("LOGIN"u8)!;
        Assert.Equal((SaslStep.Challenge, "Password:"), Step(server, "jane"));
        Assert.Equal(SaslStep.Complete, Step(server, "secret").Step);
    }

    public static TheoryData<string, string> UnsoundLogins => new()
    {
        { "", "secret" },
        { "jane", "" },
        { "jane\0root\0pw", "secret" },
        { "jane", "sec\0ret" },
        { "ja\nne", "secret" },
        { "jane\u00ff", "secret" },
        { Long256, "secret" },
        { "jane", Long256 },
    };

    [Theory]
    [MemberData(nameof(UnsoundLogins))]
    public void Login_refuses_an_unsound_field_but_only_after_the_secret_came(string user, string secret)
    {
        using var server = SaslServer.Create("LOGIN"u8)!;
        Step(server, null);
        Assert.Equal((SaslStep.Challenge, "Password:"), Step(server, user));
        Assert.Equal(SaslStep.Refused, Step(server, secret).Step);
        Assert.Throws<InvalidOperationException>(server.TakeCredentials);
    }

    [Fact]
    public void Disposing_wipes_credentials_that_nobody_took()
    {
        var server = SaslServer.Create("PLAIN"u8)!;
        Step(server, "\0jane\0secret");
        var credentials = server.TakeCredentials();
        server.Dispose();
        var secret = credentials.Secret;
        Assert.Equal("secret"u8, secret);
        credentials.Dispose();
        Assert.Equal("\0\0\0\0\0\0"u8, secret);
        Assert.Throws<ObjectDisposedException>(() => credentials.Secret.Length);
    }
}
