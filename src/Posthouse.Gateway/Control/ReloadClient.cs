using System.Net.Http.Json;

namespace Posthouse.Gateway.Control;

/// <summary>Asks a running gateway for a reload, over the control socket in its queue's folder.</summary>
public static class ReloadClient
{
    /// <summary>Ends when the reload has, however long a large list takes.</summary>
    /// <param name="folder">The queue's folder.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HttpRequestException">No gateway runs on this queue, or it ended before it answered.</exception>
    public static async Task<ReloadAnswer> AskAsync(string folder, CancellationToken cancellationToken)
    {
        using var http = ControlHttp.Create(folder);
        http.Timeout = Timeout.InfiniteTimeSpan;
        using var response = await http.PostAsync(new Uri("/reload", UriKind.Relative), null, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(ControlJson.Default.ReloadAnswer, cancellationToken)
            ?? throw new HttpRequestException("the gateway's answer is empty");
    }
}
