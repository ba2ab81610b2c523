using System.Text;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Config;

/// <summary>examples/submission-smarthost.toml.</summary>
public sealed class SubmissionExampleTests : IAsyncDisposable
{
    readonly ExampleSite _site = new();
    readonly SandboxAccounts _accounts = new SandboxAccounts().AddService("example-org", "tulip").AddUser("bob@elsewhere.example", "unused");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task The_application_logs_in_and_its_mail_comes_to_the_smarthost_by_our_login_there()
    {
        var (gateway, smarthost) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "submission");
        await ExampleSite.SayAsync(client, Login("shop@example.org", "rose"), "235 ");
        await ExampleSite.SendAsync(client, "shop@example.org", "bob@elsewhere.example");
        await smarthost.Journal.WaitForMessagesAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal("shop@example.org", Assert.Single(_accounts.Messages("bob@elsewhere.example")).ReversePath);
    }

    [Fact]
    public async Task Nobody_sends_without_a_login_or_by_another_name()
    {
        var (gateway, _) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "submission");
        await ExampleSite.SayAsync(client, "MAIL FROM:<shop@example.org>", "530 ");
        await ExampleSite.SayAsync(client, Login("shop@example.org", "rose"), "235 ");
        await ExampleSite.SayAsync(client, "MAIL FROM:<boss@example.org>", "5");
    }

    async Task<(GatewayServer Gateway, SandboxServer Smarthost)> StartAsync()
    {
        var smarthost = await _site.HostAsync(
            new SandboxOptions { Protocol = SandboxProtocol.Smtp, Tls = SandboxTls.StartTls, RequireAuth = true, Accounts = _accounts });
        await _site.KeepAsync("applications", "# who may send\nshop@example.org:rose\n");
        await _site.KeepAsync("smarthost.secret", "tulip\n");
        await _site.KeepAsync("provider.pem", smarthost.Certificate.ExportCertificatePem());
        return (await _site.StartAsync(
            "submission-smarthost.toml",
            ("127.0.0.1:587", "127.0.0.1:0"),
            ("\"smtp.provider.example\"", "\"127.0.0.1\""),
            ("port = 587", $"port = {smarthost.Port}"),
            ("tls.implicit = false", "tls = { implicit = false, ca = \"/etc/posthouse/provider.pem\" }")), smarthost);
    }

    static string Login(string user, string secret) => "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{secret}"));
}
