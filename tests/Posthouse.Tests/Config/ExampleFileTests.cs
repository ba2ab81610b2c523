using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Config;

/// <summary>The files in examples/, with this test's folder, ports and hosts in place of a machine's.</summary>
public sealed class ExampleFileTests : IAsyncDisposable
{
    static readonly SandboxAccounts Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip");

    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-example-").FullName;
    readonly SandboxServer _lmtp = new(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = Accounts });
    readonly SandboxServer _imap = new(new SandboxOptions { Protocol = SandboxProtocol.Imap, Accounts = Accounts });

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _lmtp.DisposeAsync();
        await _imap.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("edge-dovecot.toml", "smtp", "EHLO client.example")]
    [InlineData("lmtp-cyrus.toml", "lmtp", "LHLO client.example")]
    public async Task An_example_loads_without_a_word_and_brings_a_message_to_its_host(string name, string listener, string hello)
    {
        await using var gateway = await StartAsync(name);
        using var client = await GreetAsync(gateway, listener, hello);
        await SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
        await SayAsync(client, "RCPT TO:<jane@example.org>", "250 ");
        await SayAsync(client, "DATA", "354 ");
        await SayAsync(client, "Subject: x\r\n\r\nhello\r\n.", "250 2.0.0 ");
        await _lmtp.Journal.WaitForMessagesAsync(1, Token);
    }

    [Fact]
    public async Task The_edge_does_not_relay_for_strangers_and_offers_them_no_login()
    {
        await using var gateway = await StartAsync("edge-dovecot.toml");
        using var client = await GreetAsync(gateway, "smtp", "EHLO client.example");
        await SayAsync(client, "AUTH PLAIN", "503 ");
        await SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await SayAsync(client, "RCPT TO:<bob@elsewhere.example>", "550 5.7.1 ");
    }

    static async Task<SocketClient> GreetAsync(GatewayServer gateway, string listener, string hello)
    {
        var client = await SocketClient.ConnectAsync(gateway.Endpoints[listener][0]);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await SayAsync(client, hello, "250 ");
        return client;
    }

    static async Task SayAsync(SocketClient client, string line, string expected)
    {
        await client.SendAsync(line + "\r\n");
        Assert.StartsWith(expected, await client.ReplyAsync(), StringComparison.Ordinal);
    }

    async Task<GatewayServer> StartAsync(string name)
    {
        await _lmtp.StartAsync(Token);
        await _imap.StartAsync(Token);
        var certificate = CertificateSection.CreateEphemeral("mail.example.org").Leaf;
        await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "smarthost.secret"), "tulip\n", Token);
        var text = (await File.ReadAllTextAsync(Path.Combine(Root, "examples", name), Token))
            .Replace("file:///etc/posthouse/", $"file://{_folder}/", StringComparison.Ordinal)
            .Replace("/var/lib/posthouse", _folder, StringComparison.Ordinal)
            .Replace("\"[::]:25\"", "\"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace("\"[::]:587\"", "\"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace("\"127.0.0.1:2424\"", "\"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace("port = 24\n", $"port = {_lmtp.Port}\n", StringComparison.Ordinal)
            .Replace("port = 143\n", $"port = {_imap.Port}\n", StringComparison.Ordinal);
        var file = Path.Combine(_folder, name);
        // A refused recipient is not to cost the test its five seconds.
        await File.WriteAllTextAsync(file, text + "\n[session.rcpt.errors]\nwait = \"1ms\"\n", Token);
        Assert.Empty(GatewayServer.Check(file).Problems);
        return await GatewayServer.StartAsync(file, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token);
    }

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
