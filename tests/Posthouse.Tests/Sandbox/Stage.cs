using System.Text;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

/// <summary>A server with a few accounts, and shorthands for its clients.</summary>
sealed class Stage : IAsyncDisposable
{
    public required SandboxAccounts Accounts { get; init; }

    public required SandboxServer Server { get; init; }

    public SandboxJournal Journal => Server.Journal;

    public SandboxFaults Faults => Server.Faults;

    public static async Task<Stage> OpenAsync(SandboxProtocol protocol, SandboxTls tls = SandboxTls.None, Func<SandboxOptions, SandboxOptions>? with = null)
    {
        var accounts = new SandboxAccounts()
            .AddUser("jane@example.org", "jane's secret")
            .AddUser("john@example.org", "tanstaaftanstaaf")
            .AddService("relay_server", "123456")
            .AddList("staff@example.org", "jane@example.org", "john@example.org", "far@example.net");
        var options = new SandboxOptions { Protocol = protocol, Tls = tls, Accounts = accounts };
        var stage = new Stage { Server = new SandboxServer(with?.Invoke(options) ?? options), Accounts = accounts };
        await stage.Server.StartAsync(TestContext.Current.CancellationToken);
        return stage;
    }

    public async Task<Dialogue> SmtpAsync()
    {
        var client = await Dialogue.OpenAsync(Server);
        Assert.StartsWith("220 sandbox.test ", await client.LineAsync(), StringComparison.Ordinal);
        await client.ReplyAsync("EHLO client.test");
        return client;
    }

    public async Task<Dialogue> LmtpAsync()
    {
        var client = await Dialogue.OpenAsync(Server);
        Assert.StartsWith("220 sandbox.test LMTP", await client.LineAsync(), StringComparison.Ordinal);
        await client.ReplyAsync("LHLO client.test");
        return client;
    }

    public async Task<Dialogue> ImapAsync()
    {
        var client = await Dialogue.OpenAsync(Server);
        Assert.StartsWith("* OK [CAPABILITY IMAP4rev1 ", await client.LineAsync(), StringComparison.Ordinal);
        return client;
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
