using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Gateway.Control;

/// <summary>The remotes of a running gateway, over the control socket in its queue's folder.</summary>
/// <param name="folder">The queue's folder.</param>
public sealed class RemotesClient(string folder) : IDisposable
{
    readonly HttpClient _http = ControlHttp.Create(folder);

    /// <summary>All of them, by name.</summary>
    /// <exception cref="HttpRequestException">No gateway runs on this queue.</exception>
    public async Task<IReadOnlyList<RemoteHostSnapshot>> ListAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("/remotes", UriKind.Relative), cancellationToken);
        return await ReadAsync(response, ControlJson.Default.IReadOnlyListRemoteHostSnapshot, cancellationToken);
    }

    /// <summary>Has kept answers forgotten; how many they were, or null where there is no such remote.</summary>
    /// <param name="id">The remote; null = all of them.</param>
    /// <param name="name">The address, login or list that they are about; null = whatever they are about.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HttpRequestException">No gateway runs on this queue.</exception>
    public async Task<int?> FlushAsync(string? id, string? name, CancellationToken cancellationToken)
    {
        var query = string.Join('&', new[] { ("id", id), ("name", name) }.Where(each => each.Item2 is not null).Select(each => $"{each.Item1}={Uri.EscapeDataString(each.Item2!)}"));
        using var response = await _http.PostAsync(new Uri($"/remotes/flush?{query}", UriKind.Relative), null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : (await ReadAsync(response, ControlJson.Default.RemoteFlushResult, cancellationToken)).Answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new HttpRequestException("the gateway's answer is empty");
    }
}
