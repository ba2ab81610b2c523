using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Demo;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Demo;

public sealed class DemoClientTests : IAsyncLifetime
{
    readonly SandboxAccounts _accounts = new SandboxAccounts()
        .AddUser(DemoAccount.Jane.Name, DemoAccount.Jane.Secret)
        .AddUser(DemoAccount.John.Name, DemoAccount.John.Secret);

    readonly Dialogue _dialogue = new();
    readonly SandboxServer _server;

    public DemoClientTests() => _server = new SandboxServer(new SandboxOptions
    {
        Protocol = SandboxProtocol.Smtp,
        Tls = SandboxTls.StartTls,
        Accounts = _accounts,
    });

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    IPEndPoint EndPoint => new(IPAddress.Loopback, _server.Port);

    public async ValueTask InitializeAsync() => await _server.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_to_the_octet_and_no_secret_is_shown()
    {
        var message = DemoMessage.Compose("s", DemoAccount.John.Name, DateTimeOffset.UnixEpoch);

        await using (var client = await DemoClient.ConnectAsync(EndPoint, _server.Certificate, _dialogue, Cancel))
        {
            await client.SendAsync("EHLO client.example.com", Cancel);
            await client.StartTlsAsync(Cancel);
            await client.SendAsync("EHLO client.example.com", Cancel);
            Assert.Equal("235 2.7.0", (await client.AuthPlainAsync(DemoAccount.Jane, Cancel)).Codes);
            await client.SendAsync($"MAIL FROM:<{DemoAccount.Jane.Name}> BODY=8BITMIME", Cancel);
            await client.SendAsync($"RCPT TO:<{DemoAccount.John.Name}>", Cancel);
            Assert.True((await client.SendMessageAsync(message, Cancel)).Begins('2'));
        }

        Assert.Equal(message, Assert.Single(_accounts.Messages(DemoAccount.John.Name)).Body.ToArray());
        AssertNoSecret(DemoAccount.Jane.Secret);
    }

    [Fact]
    public async Task Auth_login_masks_the_secret_as_well()
    {
        await using var client = await DemoClient.ConnectAsync(EndPoint, _server.Certificate, _dialogue, Cancel);
        await client.SendAsync("EHLO client.example.com", Cancel);
        await client.StartTlsAsync(Cancel);
        await client.SendAsync("EHLO client.example.com", Cancel);

        Assert.Equal("235 2.7.0", (await client.AuthLoginAsync(DemoAccount.John, Cancel)).Codes);
        AssertNoSecret(DemoAccount.John.Secret);
    }

    [Fact]
    public async Task Another_certificate_than_the_expected_one_is_refused()
    {
        using var other = Other();
        await using var client = await DemoClient.ConnectAsync(EndPoint, other, _dialogue, Cancel);
        await client.SendAsync("EHLO client.example.com", Cancel);

        await Assert.ThrowsAsync<AuthenticationException>(() => client.StartTlsAsync(Cancel));
    }

    [Fact]
    public async Task Octets_in_clear_behind_the_reply_to_starttls_are_refused()
    {
        _server.Faults.InjectAfterStartTls = "250 injected\r\n"u8.ToArray();
        await using var client = await DemoClient.ConnectAsync(EndPoint, _server.Certificate, _dialogue, Cancel);
        await client.SendAsync("EHLO client.example.com", Cancel);

        await Assert.ThrowsAsync<InvalidDataException>(() => client.StartTlsAsync(Cancel));
    }

    void AssertNoSecret(string secret)
    {
        var base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret));
        Assert.All(_dialogue.Lines, line => Assert.DoesNotContain(secret, line.Text, StringComparison.Ordinal));
        Assert.All(_dialogue.Lines, line => Assert.DoesNotContain(base64.TrimEnd('='), line.Text, StringComparison.Ordinal));
    }

    static X509Certificate2 Other()
    {
        var folder = Directory.CreateTempSubdirectory("posthouse-test-");
        try
        {
            return DemoCertificate.Write(Path.Combine(folder.FullName, "c"), Path.Combine(folder.FullName, "k"), TimeProvider.System);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
