using Posthouse.Integration.Servers;

[assembly: AssemblyFixture(typeof(MailServers))]

namespace Posthouse.Integration.Servers;

/// <summary>
/// The servers that tests share, each started by the first test that asks for it. A test that stops a server starts its own.
/// </summary>
public sealed class MailServers : IAsyncDisposable
{
    readonly Lazy<Task<DovecotServer>> _dovecot;
    readonly Lazy<Task<PostfixServer>> _postfix;
    readonly Lazy<Task<CyrusServer>> _cyrus = new(StartCyrusAsync);

    public MailServers()
    {
        _dovecot = new(() => StartDovecotAsync());
        _postfix = new(async () => await StartPostfixAsync(await _dovecot.Value));
    }

    public Task<DovecotServer> DovecotAsync() => _dovecot.Value;

    public Task<PostfixServer> PostfixAsync() => _postfix.Value;

    public Task<CyrusServer> CyrusAsync() => _cyrus.Value;

    public static async Task<DovecotServer> StartDovecotAsync(bool takesTokens = false) => await StartAsync(new DovecotServer(takesTokens));

    public static async Task<PostfixServer> StartPostfixAsync(DovecotServer dovecot) => await StartAsync(new PostfixServer(dovecot));

    public static async Task<CyrusServer> StartCyrusAsync() => await StartAsync(new CyrusServer());

    public async ValueTask DisposeAsync()
    {
        if (_cyrus is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _cyrus.Value).DisposeAsync();
        if (_postfix is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _postfix.Value).DisposeAsync();
        if (_dovecot is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _dovecot.Value).DisposeAsync();
    }

    static async Task<T> StartAsync<T>(T server) where T : IAsyncLifetime
    {
        try
        {
            await server.InitializeAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
