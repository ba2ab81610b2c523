using MimeKit.Cryptography;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Relaying;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Corpus;

/// <summary>Messages in the shapes of real mail go through the gateway, and what arrives is what was sent.</summary>
public class CorpusTests(MailServers servers)
{
    public static TheoryData<string, DkimCanonicalizationAlgorithm> Signed =>
        new(from name in new[] { "plain", "multipart-mixed-attachments", "utf8-8bit", "leading-dots", "very-long-headers", "blank-lines-and-blanks", "thousand-octet-lines" }
            from canonicalization in Enum.GetValues<DkimCanonicalizationAlgorithm>()
            select (name, canonicalization));

    [Fact]
    public async Task Every_message_arrives_at_Dovecot_byte_for_byte_under_one_Received()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(dovecot) with { MessagesPerSession = 100 });

        await SendAllAsync(gateway, dovecot.MailboxOf(Account.Bob));
    }

    [Fact]
    public async Task Every_message_arrives_at_Postfix_byte_for_byte_under_one_Received()
    {
        var postfix = await servers.PostfixAsync();
        await using var gateway = await GatewayProcess.StartAsync(PostfixGateway.Config(postfix) with { MessagesPerSession = 100 });

        await SendAllAsync(gateway, postfix.MailboxOf(Account.Bob));
    }

    [Theory]
    [MemberData(nameof(Signed))]
    public async Task A_DKIM_signature_holds_after_the_relay_and_would_not_if_an_octet_had_changed(string name, DkimCanonicalizationAlgorithm canonicalization)
    {
        var key = new DkimTestKey();
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await DovecotGateway.StartAsync(dovecot);
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        var signed = key.Sign(CorpusMessages.Read(name), canonicalization);
        Assert.True(key.Verify(signed));

        var reply = await client.SendAsync("jane@example.net", Account.Carol.Mailbox, signed, " BODY=8BITMIME");

        Assert.StartsWith("250 2.0.0", reply.ToString(), StringComparison.Ordinal);
        var delivered = await dovecot.MailboxOf(Account.Carol).MessageEndingWithAsync(signed);
        Assert.True(key.Verify(delivered));
        Assert.False(key.Verify(WithOneOctetChanged(delivered)));
    }

    static async Task SendAllAsync(GatewayProcess gateway, Maildir mailbox)
    {
        await using var client = await gateway.ConnectAsync();
        await client.StartTlsAsync();
        foreach (var name in CorpusMessages.Names)
        {
            var reply = await client.SendAsync("jane@example.net", Account.Bob.Mailbox, CorpusMessages.Read(name), " BODY=8BITMIME");
            Assert.True(reply.Code == 250, $"{name}: {reply}");
        }

        foreach (var name in CorpusMessages.Names)
        {
            var message = CorpusMessages.Read(name);
            DeliveredMessage.Read(await mailbox.MessageEndingWithAsync(message), message);
        }
    }

    // The last letter of the body, since DKIM forgives blanks at the end.
    static byte[] WithOneOctetChanged(byte[] message)
    {
        var changed = message.ToArray();
        changed[Array.FindLastIndex(changed, octet => octet is >= (byte)'a' and <= (byte)'z')] ^= 1;
        return changed;
    }
}
