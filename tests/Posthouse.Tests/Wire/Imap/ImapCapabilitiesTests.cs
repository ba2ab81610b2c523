using Posthouse.Wire.Imap;

namespace Posthouse.Tests.Wire.Imap;

public class ImapCapabilitiesTests
{
    [Fact]
    public void Capabilities_are_read_without_case_and_unknown_ones_passed_over()
    {
        var offered = ImapCapabilities.Parse("imap4REV1 IMAP4rev2 STARTTLS logindisabled SASL-IR LITERAL+ LITERAL- ID UNAUTHENTICATE X-NEW=1 IDLE");
        Assert.True(offered is
        {
            Imap4Rev1: true, Imap4Rev2: true, StartTls: true, LoginDisabled: true, SaslIr: true,
            LiteralPlus: true, LiteralMinus: true, Id: true, Unauthenticate: true, AuthMechanisms.Count: 0,
        });
    }

    [Fact]
    public void Nothing_is_offered_unless_said()
    {
        var offered = ImapCapabilities.Parse("XSTARTTLS SASL-IRX IDLE IMAP4");
        Assert.True(offered is
        {
            Imap4Rev1: false, Imap4Rev2: false, StartTls: false, LoginDisabled: false, SaslIr: false,
            LiteralPlus: false, LiteralMinus: false, Id: false, Unauthenticate: false, AuthMechanisms.Count: 0,
        });
    }

    [Fact]
    public void Mechanisms_keep_their_order_once_each_and_only_sound_names() =>
        Assert.Equal(
            ["SCRAM-SHA-256", "PLAIN", "X_Y"],
            ImapCapabilities.Parse("AUTH=scram-sha-256  auth=PLAIN AUTH=plain AUTH= AUTH=A?B AUTH=TOOLONGFORAMECHANISMNAME AUTH=X_Y").AuthMechanisms);
}
