using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Control;

/// <summary>The other end of a gateway's control socket. Where no gateway runs, reading goes to the store itself.</summary>
public sealed class QueueClient : IDisposable
{
    const int Page = 1000;
    readonly string _folder;
    readonly HttpClient _http;

    /// <param name="folder">The queue's folder.</param>
    public QueueClient(string folder)
    {
        _folder = folder;
        _http = ControlHttp.Create(folder);
        // A word on all of a long queue takes its time.
        _http.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>All that waits. <see cref="IOException"/> where there is no queue or it cannot be read.</summary>
    public async Task<IReadOnlyList<QueueEntry>> ListAsync(CancellationToken cancellationToken)
    {
        List<QueueEntry> all = [];
        while (true)
        {
            var after = all.Count == 0 ? "" : all[^1].Id;
            var page = await ReadAsync($"/queue?after={after}&most={Page}", ControlJson.Default.IReadOnlyListQueueEntry,
                reader => reader.List(MessageKey.TryParse(after, out var key) ? key : default, Page), cancellationToken) ?? [];
            all.AddRange(page);
            if (page.Count < Page)
                return all;
        }
    }

    /// <summary>One message; null where it does not wait. <see cref="IOException"/> as above.</summary>
    public Task<QueueEntryDetail?> ShowAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync($"/queue/{Uri.EscapeDataString(id)}", ControlJson.Default.QueueEntryDetail,
            reader => MessageKey.TryParse(id, out var key) ? reader.Show(key) : null, cancellationToken);

    /// <summary>Has something done to a message.</summary>
    /// <param name="id">The message.</param>
    /// <param name="action">What.</param>
    /// <param name="withReport">Whether the sender is told of a cancel.</param>
    /// <param name="cancellationToken">Gives it up, if it is not done yet.</param>
    /// <exception cref="HttpRequestException">No gateway runs on this queue.</exception>
    /// <exception cref="IOException">It ended before it had answered.</exception>
    public async Task<QueueAnswer> ActAsync(string id, QueueAction action, bool withReport, CancellationToken cancellationToken) =>
        !IsId(id) ? QueueAnswer.NotFound : (await PostAsync($"/queue/{Uri.EscapeDataString(id)}/{Word(action)}?report={Word(withReport)}", ControlJson.Default.QueueActionResult,
            cancellationToken)).Answer;

    /// <summary>The same for all that is on its way to a hop; null = for everything. Who gives up waiting ends it, between two messages.</summary>
    /// <exception cref="HttpRequestException">No gateway runs on this queue.</exception>
    /// <exception cref="IOException">It ended before it had answered.</exception>
    public Task<QueueActionCounts> ActOnAllAsync(string? hop, QueueAction action, bool withReport, CancellationToken cancellationToken) => PostAsync(
        $"/queue/all/{Word(action)}?report={Word(withReport)}{(hop is null ? "" : $"&hop={Uri.EscapeDataString(hop)}")}", ControlJson.Default.QueueActionCounts,
            cancellationToken);

    /// <summary>Has a message removed that is in quarantine.</summary>
    /// <exception cref="HttpRequestException">No gateway runs on this queue.</exception>
    public async Task<QueueAnswer> DropAsync(string id, CancellationToken cancellationToken) =>
        !IsId(id) ? QueueAnswer.NotFound : (await PostAsync($"/queue/{Uri.EscapeDataString(id)}/drop", ControlJson.Default.QueueActionResult, cancellationToken)).Answer;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // What is none, an empty word above all, must not become part of a path that means something else.
    static bool IsId(string text) => MessageKey.TryParse(text, out _);

    static string Word(QueueAction action) => action.ToString().ToLowerInvariant();

    static string Word(bool isWanted) => isWanted ? "true" : "false";

    async Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            // Empty, and not null: what has no content is sent again by itself where the gateway ends, to the one that is started in its place.
            using var nothing = new ByteArrayContent([]);
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), nothing, cancellationToken);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new HttpRequestException("the gateway's answer is empty");
        }
        catch (HttpRequestException e) when (e is { StatusCode: null, HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown })
        {
            throw new IOException(
                $"the gateway on the queue in {_folder} ended before it had answered; what it has done is done, and 'posthouse queue list' shows what is left", e);
        }
    }

    async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type, Func<StoreReader, T?> offline, CancellationToken cancellationToken) where T : class
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync(type, cancellationToken);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            return ReadStore(offline);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"the gateway cannot read its queue: {e.Message}", e);
        }
    }

    T? ReadStore<T>(Func<StoreReader, T?> read)
    {
        var file = Path.Combine(_folder, "queue.db");
        if (!File.Exists(file))
            throw new IOException($"there is no queue in {_folder}");
        try
        {
            using var reader = new StoreReader(file);
            return read(reader);
        }
        catch (SqliteException e)
        {
            throw new IOException($"the queue in {_folder} cannot be read: {e.Message}", e);
        }
    }
}
