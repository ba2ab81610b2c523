using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Config;

/// <summary>A machine for one file of examples/: its folders, its secrets, and a gateway on free ports.</summary>
sealed class ExampleSite : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-example-").FullName;
    readonly List<IAsyncDisposable> _parts = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        // The gateway was the last to start.
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Puts a file where the example has <c>/etc/posthouse</c>, for nobody else to read.</summary>
    public async Task KeepAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async Task<SandboxServer> HostAsync(SandboxOptions options)
    {
        var host = new SandboxServer(options);
        _parts.Add(host);
        await host.StartAsync(Token);
        return host;
    }

    /// <summary>Starts the gateway. The checker must have nothing to say, and each text that is replaced must be there.</summary>
    public async Task<GatewayServer> StartAsync(string name, params IReadOnlyList<(string Written, string Here)> hosts)
    {
        using var certificate = CertificateSection.CreateEphemeral("mx.example.org").Leaf;
        await KeepAsync("cert.pem", certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        await KeepAsync("key.pem", key.ExportPkcs8PrivateKeyPem());
        var text = await File.ReadAllTextAsync(Path.Combine(Root, "examples", name), Token);
        foreach (var (written, here) in hosts)
        {
            Assert.Contains(written, text, StringComparison.Ordinal);
            text = text.Replace(written, here, StringComparison.Ordinal);
        }
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(
            file, text.Replace("/etc/posthouse", _folder, StringComparison.Ordinal).Replace("/var/lib/posthouse", _folder, StringComparison.Ordinal), Token);
        Assert.Empty(GatewayServer.Check(file).Problems);
        var gateway = await GatewayServer.StartAsync(file, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token);
        _parts.Add(gateway);
        return gateway;
    }

    public static async Task<SocketClient> GreetAsync(GatewayServer gateway, string listener, string hello = "EHLO client.example")
    {
        var client = await SocketClient.ConnectAsync(gateway.Endpoints[listener][0]);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await SayAsync(client, hello, "250 ");
        return client;
    }

    public static async Task SayAsync(SocketClient client, string line, string expected)
    {
        await client.SendAsync(line + "\r\n");
        Assert.StartsWith(expected, await client.ReplyAsync(), StringComparison.Ordinal);
    }

    public static async Task SendAsync(SocketClient client, string from, params IReadOnlyList<string> to)
    {
        await SayAsync(client, $"MAIL FROM:<{from}>", "250 ");
        foreach (var recipient in to)
            await SayAsync(client, $"RCPT TO:<{recipient}>", "250 ");
        await SayAsync(client, "DATA", "354 ");
        await SayAsync(client, "Subject: x\r\n\r\nhello\r\n.", "250 2.0.0 ");
    }

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
