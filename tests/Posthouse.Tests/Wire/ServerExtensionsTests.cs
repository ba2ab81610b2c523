using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Wire;

public class ServerExtensionsTests
{
    [Fact]
    public void What_a_host_offers_is_read()
    {
        var offered = ServerExtensions.Parse(new Reply(250, null,
        [
            "STARTTLS", "STARTTLS", "pipelining", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN", "ENHANCEDSTATUSCODES",
            "XCLIENT name ADDR TTL ADDR", "REQUIRETLS", "VRFY", "EXPN", "SIZE 1000", "AUTH plain  LOGIN bad! PLAIN", "AUTH=LOGIN CRAM-MD5",
            "LIMITS RCPTMAX=10 mailmax=5 RCPTDOMAINMAX=x", "", "X-OTHER ü",
        ]));
        Assert.Equal(["PLAIN", "LOGIN", "CRAM-MD5"], offered.AuthMechanisms);
        Assert.Equal([XClientName.Name, XClientName.Addr], offered.XclientNames);
        Assert.Equal(new ServerExtensions
        {
            StartTls = true, Pipelining = true, EightBitMime = true, SmtpUtf8 = true, Chunking = true, BinaryMime = true, Dsn = true,
            EnhancedStatusCodes = true, Xclient = true, RequireTls = true, Vrfy = true, Expn = true, SizeOffered = true, SizeLimit = 1000,
            RcptMax = 10, MailMax = 5, AuthMechanisms = offered.AuthMechanisms, XclientNames = offered.XclientNames,
        }, offered);
    }

    [Theory]
    [InlineData("SIZE", true, 0)]
    [InlineData("SIZE 99999999999999999999", true, 0)]
    [InlineData("SIZE x", true, 0)]
    [InlineData("SIZES 5", false, 0)]
    public void An_odd_SIZE_is_no_limit(string line, bool isOffered, long limit)
    {
        var offered = ServerExtensions.Parse(new Reply(250, null, ["host", line]));
        Assert.Equal((isOffered, limit), (offered.SizeOffered, offered.SizeLimit));
    }

    [Theory]
    [InlineData("\u017fTARTTLS")] // LATIN SMALL LETTER LONG S, upper case S
    [InlineData("STARTTLSX")]
    [InlineData("LIMITS RCPTMAX=0 MAILMAX=1234567 RCPTMAX MAILMAX=+1")]
    [InlineData("AUTH")]
    [InlineData("AUTH=")]
    public void What_is_not_offered_is_not_read(string line)
    {
        var offered = ServerExtensions.Parse(new Reply(250, null, ["STARTTLS", line]));
        Assert.Empty(offered.AuthMechanisms);
        Assert.Equal(new ServerExtensions { AuthMechanisms = offered.AuthMechanisms }, offered);
    }

    [Fact]
    public void A_host_of_ten_thousand_mechanisms_is_bounded() =>
        Assert.Equal(64, ServerExtensions.Parse(new Reply(250, null,
            ["host", "AUTH " + string.Join(' ', Enumerable.Range(0, 10_000).Select(number => $"M{number}"))])).AuthMechanisms.Count);
}
