using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Sasl;

/// <summary>The exchange of RFC 7677 section 3, and what may go wrong in it.</summary>
public class ScramSha256ClientTests
{
    const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    static ScramSha256Client Client(string user = "user") => new(new Credentials(user, "pencil"u8), Nonce);

    static string? Respond(ScramSha256Client client, string challenge)
    {
        var output = new ArrayBufferWriter<byte>();
        return client.TryRespond(Encoding.ASCII.GetBytes(challenge), output) ? Encoding.ASCII.GetString(output.WrittenSpan) : null;
    }

    [Fact]
    public void The_exchange_of_rfc_7677_is_spoken_to_the_octet()
    {
        var client = Client();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Respond(client, ""));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Respond(client, ServerFirst));
        Assert.False(client.IsComplete);
        Assert.Equal("", Respond(client, ServerFinal));
        Assert.True(client.IsComplete);
        Assert.Null(Respond(client, ""));
        Assert.False(client.IsComplete);
    }

    [Fact]
    public void A_comma_and_an_equals_sign_in_the_name_are_escaped() =>
        Assert.Equal("n,,n=a=2Cm=3Db,r=" + Nonce, Respond(Client("a,m=b"), ""));

    [Theory]
    [InlineData("r=otherNonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=04096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=+4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gR==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096")]
    [InlineData("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("e=unknown-user")]
    [InlineData("")]
    public void A_server_first_message_that_is_not_sound_ends_the_exchange(string message)
    {
        var client = Client();
        Respond(client, "");
        Assert.Null(Respond(client, message));
        Assert.Null(Respond(client, ServerFirst));
    }

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=")]
    [InlineData("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A==")]
    [InlineData("v=")]
    [InlineData("e=other-error")]
    [InlineData("")]
    public void A_server_that_does_not_prove_the_secret_is_not_believed(string message)
    {
        var client = Client();
        Respond(client, "");
        Respond(client, ServerFirst);
        Assert.Null(Respond(client, message));
        Assert.False(client.IsComplete);
        Assert.Null(Respond(client, ServerFinal));
        Assert.False(client.IsComplete);
    }

    [Fact]
    public void Two_nonces_differ() => Assert.NotEqual(ScramSha256Client.NewNonce(), ScramSha256Client.NewNonce());
}
