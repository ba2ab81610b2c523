using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Control;

/// <summary>
/// GET /queue, GET /queue/ID, POST /queue/ID/retry|hold|release|cancel|drop, POST /queue/all/retry|hold|release|cancel for all or, with <c>?hop=</c>, for all of a
/// hop, POST /reload, and those of <see cref="RemoteRequests"/>: what is read is never changed by a GET.
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
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone, and there is nobody to answer.
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    Task RouteAsync(HttpContext context)
    {
        var (request, query) = (context.Request, context.Request.Query);
        var withReport = query["report"] != "false";
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, parts) switch
        {
            ("GET", ["queue"]) => ListAsync(context, query["after"].ToString(), Most(query["most"].ToString())),
            ("GET", ["queue", var id]) => ShowAsync(context, id),
            // No id is "all", and a path that has lost its id leads nowhere.
            ("POST", ["queue", "all", var word]) when ActionOf(word) is { } action =>
                ActOnAllAsync(context, query.TryGetValue("hop", out var hop) ? hop.ToString() : null, action, withReport),
            ("POST", ["queue", var id, var word]) when ActionOf(word) is { } action => ActAsync(context, id, action, withReport),
            ("POST", ["queue", var id, "drop"]) => DropAsync(context, id),
            ("GET", ["remotes"]) => remotes.ListAsync(context),
            ("POST", ["remotes", "flush"]) => remotes.FlushAsync(context),
            ("POST", ["reload"]) => ReloadAsync(context),
            _ => NotFoundAsync(context),
        };
    }

    async Task ListAsync(HttpContext context, string after, int most) =>
        await WriteAsync(context, await queue.ListAsync(after, most), ControlJson.Default.IReadOnlyListQueueEntry);

    async Task ShowAsync(HttpContext context, string id) =>
        await (await queue.ShowAsync(id) is { } detail ? WriteAsync(context, detail, ControlJson.Default.QueueEntryDetail) : NotFoundAsync(context));

    async Task ActAsync(HttpContext context, string id, QueueAction action, bool withReport) =>
        await AnswerAsync(context, id, await queue.ActAsync(id, action, withReport, context.RequestAborted));

    async Task ActOnAllAsync(HttpContext context, string? hop, QueueAction action, bool withReport) =>
        await WriteAsync(context, await queue.ActOnAllAsync(hop, action, withReport, context.RequestAborted), ControlJson.Default.QueueActionCounts);

    // A full disk keeps it waiting, which must not keep the gateway from ending.
    async Task DropAsync(HttpContext context, string id) => await AnswerAsync(context, id, await queue.DropAsync(id).WaitAsync(context.RequestAborted));

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

    static QueueAction? ActionOf(string word) => word switch
    {
        "retry" => QueueAction.Retry,
        "hold" => QueueAction.Hold,
        "release" => QueueAction.Release,
        "cancel" => QueueAction.Cancel,
        _ => null,
    };

    static int Most(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Clamp(most, 1, MaxList) : MaxList;
}
