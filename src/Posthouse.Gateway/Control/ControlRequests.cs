using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Control;

/// <summary>
/// GET /queue, GET /queue/ID, POST /queue/ID/retry|hold|release|cancel, POST /queue/flush, POST /reload, and those of
/// <see cref="RemoteRequests"/>: what is read is never changed by a GET.
/// </summary>
/// <param name="queue">What is shown and acted on.</param>
/// <param name="remotes">Those under /remotes.</param>
/// <param name="reload">Reloads the configuration; the token fires when the one who asks is gone.</param>
sealed class ControlRequests(IQueueControl queue, RemoteRequests remotes, Func<CancellationToken, Task<ReloadAnswer>> reload)
{
    const int MaxList = 1000;

    internal async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    Task RouteAsync(HttpContext context)
    {
        var (request, query) = (context.Request, context.Request.Query);
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, parts) switch
        {
            ("GET", ["queue"]) => WriteAsync(context, queue.List(query["after"].ToString(), Most(query["most"].ToString())), ControlJson.Default.IReadOnlyListQueueEntry),
            ("GET", ["queue", var id]) => ShowAsync(context, id),
            ("POST", ["queue", "flush"]) => WriteAsync(
                context, new QueueFlushResult(queue.RetryHop(query.TryGetValue("hop", out var hop) ? hop.ToString() : null)), ControlJson.Default.QueueFlushResult),
            ("POST", ["queue", var id, "retry"]) => AnswerAsync(context, id, queue.Retry(id)),
            ("POST", ["queue", var id, "hold"]) => AnswerAsync(context, id, queue.Hold(id)),
            ("POST", ["queue", var id, "release"]) => AnswerAsync(context, id, queue.Release(id)),
            ("POST", ["queue", var id, "cancel"]) => CancelAsync(context, id, query["report"] != "false"),
            ("GET", ["remotes"]) => remotes.ListAsync(context),
            ("POST", ["remotes", "flush"]) => remotes.FlushAsync(context),
            ("POST", ["reload"]) => ReloadAsync(context),
            _ => NotFoundAsync(context),
        };
    }

    Task ShowAsync(HttpContext context, string id) =>
        queue.Show(id) is { } detail ? WriteAsync(context, detail, ControlJson.Default.QueueEntryDetail) : NotFoundAsync(context);

    async Task CancelAsync(HttpContext context, string id, bool withReport) => await AnswerAsync(context, id, await queue.CancelAsync(id, withReport));

    async Task ReloadAsync(HttpContext context) => await WriteAsync(context, await reload(context.RequestAborted), ControlJson.Default.ReloadAnswer);

    static Task AnswerAsync(HttpContext context, string id, QueueAnswer answer) =>
        WriteAsync(context, new QueueActionResult(id, answer), ControlJson.Default.QueueActionResult);

    internal static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    internal static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    static int Most(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Clamp(most, 1, MaxList) : MaxList;
}
