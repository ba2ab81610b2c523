using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Control;

/// <summary>
/// Has a gateway go on by another configuration: when an operator asks, when a watched file has changed, and with nothing but new certificates when those have
/// been renewed. One after the other.
/// </summary>
sealed class Reloads : IAsyncDisposable
{
    readonly string _path;
    readonly Func<ConfigResult> _load;
    readonly GatewayServer _gateway;
    readonly ILogger _logger;
    readonly SemaphoreSlim _one = new(1, 1);

    /// <param name="path">The configuration's file.</param>
    /// <param name="load">Reads it.</param>
    /// <param name="gateway">Whose configuration it is.</param>
    /// <param name="time">When to look at files.</param>
    /// <param name="logger">Where what came of it is told.</param>
    internal Reloads(string path, Func<ConfigResult> load, GatewayServer gateway, TimeProvider time, ILogger logger)
    {
        (_path, _load, _gateway, _logger) = (path, load, gateway, logger);
        Watching = new ConfigWatch(time, ChangedAsync, RenewCertificatesAsync);
    }

    internal ConfigWatch Watching { get; }

    public ValueTask DisposeAsync() => Watching.DisposeAsync();

    /// <summary>As <see cref="GatewayServer.ReloadAsync"/>.</summary>
    internal async Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // 1.
            var loaded = _load();
            var result = await ApplyAsync(loaded, cancellationToken);
            Watching.Watch(loaded.Read, result.IsApplied, (loaded.Model ?? _gateway.Model).Server.Watch);
            return result;
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException) && !cancellationToken.IsCancellationRequested)
        {
            // Mail must not stop for it.
            ControlLog.ReloadBroke(_logger, e);
            return new ReloadResult(false, [], $"a bug of the gateway: {e.Message}", []);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>As an operator asks for it, who is told; the log is told too, where all reloads stand.</summary>
    internal async Task<ReloadAnswer> AskedAsync(CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(_path);
        try
        {
            var result = await ReloadAsync(cancellationToken);
            ReloadLog.Tell(_logger, result);
            return new ReloadAnswer(path, result, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ControlLog.ReloadRefused(_logger, e.Message);
            return new ReloadAnswer(path, null, e.Message);
        }
    }

    async Task<ReloadResult> ApplyAsync(ConfigResult loaded, CancellationToken cancellationToken)
    {
        if (loaded.Model is null)
            return new ReloadResult(false, loaded.Problems, "", []);
        var before = _gateway.Model;
        var model = ModelChange.Effective(before, loaded.Model);
        if (await _gateway.SwapAsync(model, cancellationToken) is { Length: > 0 } refusal)
            return new ReloadResult(false, loaded.Problems, refusal, []);
        var changes = ModelChange.Of(before, model);
        // A hundred thousand messages for a dead hop are not to be looked at for nothing.
        if (!changes.IsNone)
            _gateway.RouteAnew();
        await _gateway.CountQuotasAsync(cancellationToken);
        ControlLog.Reloaded(_logger, changes);
        return new ReloadResult(true, loaded.Problems, "", ModelChange.NeedsRestart(before, loaded.Model)) { Changes = changes };
    }

    async Task ChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            ReloadLog.Tell(_logger, await ReloadAsync(cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ControlLog.ReloadRefused(_logger, e.Message);
        }
    }

    async Task RenewCertificatesAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var renewed = CertificateRenewal.Of(_gateway.Model, _logger);
            if (!ReferenceEquals(renewed, _gateway.Model) && await _gateway.SwapAsync(renewed, cancellationToken) is { Length: > 0 } refusal)
                ControlLog.ReloadRefused(_logger, refusal);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ControlLog.ReloadBroke(_logger, e);
        }
        finally
        {
            _one.Release();
        }
    }
}
