using System.Buffers;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Relaying;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>
/// A message on its way to its next hop while its client waits. The host is asked for its go-ahead once the body is whole or exceeds 1
/// MiB, which is what is held here; from then on the body streams through. A client that is too slow for a host's connection
/// (<see cref="ClientHold"/>) loses it, and its message is queued like any other; so does a hop that is slow while the gateway stops (<see
/// cref="DrainBound"/>).
/// </summary>
sealed class LiveMessage : IAsyncDisposable
{
    /// <summary>Octets of a body that are held before the host is asked for its go-ahead.</summary>
    internal const int MostHeld = 1024 * 1024;

    /// <summary>For a connection, a reply, or a block of the body: the client's own patience goes on meanwhile.</summary>
    internal static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// For the host's last word. A client waits ten minutes for it (RFC 5321 section 4.5.3.2.6), but many a program only one or two, and
    /// what gives up sends the message again.
    /// </summary>
    internal static readonly TimeSpan FinalPatience = TimeSpan.FromSeconds(45);

    /// <summary>For all that the host does before its last word, taken together.</summary>
    internal static readonly TimeSpan WholePatience = TimeSpan.FromMinutes(1);

    static readonly IReadOnlyDictionary<Mailbox, Outcome> None = new Dictionary<Mailbox, Outcome>();

    readonly LiveRelay _relay;
    readonly TimeProvider _time;
    readonly ClientHold _hold;
    readonly DrainBound _bound;
    ArrayBufferWriter<byte>? _held = new(4096);
    IReadOnlyDictionary<Mailbox, Outcome>? _outcomes;
    TimeSpan _spent;

    /// <param name="hop">The remote's id.</param>
    /// <param name="relay">At that remote; from now on this message's own.</param>
    /// <param name="time">The clock by which a client is slow.</param>
    /// <param name="bound">Until when the host is waited for; from now on this message's own.</param>
    public LiveMessage(string hop, LiveRelay relay, TimeProvider time, DrainBound bound)
    {
        Hop = hop;
        _relay = relay;
        _time = time;
        _bound = bound;
        _hold = new ClientHold(time, () => _ = LetGoAsync());
    }

    /// <summary>The remote's id.</summary>
    public string Hop { get; }

    /// <summary>
    /// The host's last word on those whose outcome may have been delivered, where it may still come. Whoever does not wait for it gives it up.
    /// </summary>
    public LateWord? Late => _relay.Late;

    /// <summary>Asks the host for a recipient; null where the connection is no longer held.</summary>
    public async ValueTask<Answer?> OfferAsync(RcptCommand recipient)
    {
        if (!_hold.TryPause())
            return null;
        var since = _time.GetTimestamp();
        Answer answer;
        try
        {
            answer = await _relay.OfferAsync(recipient, _bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_bound.IsOver)
        {
            await DisposeAsync().ConfigureAwait(false);
            return null;
        }
        CrashPoint.Reach("live.offered");
        await GoOnAsync(since).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Takes a piece of the body in its final form.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
    {
        if (_outcomes is not null || !_hold.TryPause(octets.Length))
            return;
        if (_held is { } held)
        {
            held.Write(octets.Span);
            octets = held.WrittenMemory;
        }
        var since = _time.GetTimestamp();
        if (octets.Length > MostHeld || _held is null)
        {
            _held = null;
            try
            {
                // A host that wants no more has decided, and need not be held until the client has ended.
                if (!await _relay.SendAsync(octets, _bound.Token).ConfigureAwait(false))
                    await ConcludeAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_bound.IsOver)
            {
                await DisposeAsync().ConfigureAwait(false);
                return;
            }
            CrashPoint.Reach("live.streamed");
        }
        await GoOnAsync(since).ConfigureAwait(false);
    }

    /// <summary>
    /// The body is whole: hands over what is held of it, and waits for the host. An outcome for each recipient that it took; none at
    /// all where the connection was no longer held, so that nothing was delivered.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<Mailbox, Outcome>> EndAsync()
    {
        if (_outcomes is not null)
            return _outcomes;
        if (!_hold.TryPause())
            return None;
        try
        {
            if (_held is { } held)
                await _relay.SendAsync(held.WrittenMemory, _bound.Token).ConfigureAwait(false);
            _held = null;
            CrashPoint.Reach("live.whole");
            return await ConcludeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_bound.IsOver)
        {
            // Thrown before the dot only: behind it, what is not known is an outcome.
            await DisposeAsync().ConfigureAwait(false);
            return None;
        }
    }

    /// <summary>Gives the connection back; a message that has not ended is taken back from the host.</summary>
    public ValueTask DisposeAsync() => _hold.TryEnd() ? new ValueTask(LetGoAsync()) : ValueTask.CompletedTask;

    async Task<IReadOnlyDictionary<Mailbox, Outcome>> ConcludeAsync()
    {
        var result = await _relay.EndAsync(FinalPatience, _bound.Token).ConfigureAwait(false);
        CrashPoint.Reach("live.replied");
        var outcomes = new Dictionary<Mailbox, Outcome>();
        foreach (var (mailbox, outcome) in _relay.Taken.Zip(result.Outcomes))
            outcomes[mailbox] = outcome;
        _outcomes = outcomes;
        await DisposeAsync().ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>After a step of the host's: its client's turn again, unless the host has been too slow for one to wait for.</summary>
    ValueTask GoOnAsync(long since)
    {
        _spent += _time.GetElapsedTime(since);
        if (_spent > WholePatience)
            return DisposeAsync();
        _hold.Resume();
        return ValueTask.CompletedTask;
    }

    async Task LetGoAsync()
    {
        _held = null;
        await _relay.DisposeAsync().ConfigureAwait(false);
        _bound.Dispose();
    }
}
