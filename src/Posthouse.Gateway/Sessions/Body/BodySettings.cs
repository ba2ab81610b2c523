namespace Posthouse.Gateway.Sessions.Body;

/// <summary><c>session.data.*</c> as it is for one message.</summary>
sealed record BodySettings(int MaxMessages, int MaxReceivedHeaders, AddedHeaders Added)
{
    /// <summary>For a message that is not taken.</summary>
    public static BodySettings None { get; } = new(0, 0, default);

    /// <summary>Whether our headers depend on the client's.</summary>
    public bool NeedsHeader => Added.Date || Added.MessageId;

    public static async ValueTask<BodySettings> ReadAsync(SessionState session, SettingReader settings)
    {
        var data = session.Model.Session.Data;
        return new(
            await settings.GetAsync(data.MaxMessages).ConfigureAwait(false),
            await settings.GetAsync(data.MaxReceivedHeaders).ConfigureAwait(false),
            new AddedHeaders(
                Received: await settings.GetAsync(data.AddReceived).ConfigureAwait(false),
                ReturnPath: await settings.GetAsync(data.AddReturnPath).ConfigureAwait(false),
                // A stranger's message is not ours to mend; that of a user's mail program is (RFC 6409 section 8).
                Date: data.AddDate is { } date ? await settings.GetAsync(date).ConfigureAwait(false) : session.IsAuthenticated,
                MessageId: data.AddMessageId is { } id ? await settings.GetAsync(id).ConfigureAwait(false) : session.IsAuthenticated));
    }
}
