using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Remotes.Conversations;

/// <summary>
/// One connection to a host: what has been spent of its limits, and whether it may serve again. It may only where every request on it
/// ended with all its replies read; anything else breaks or retires it.
/// </summary>
abstract class HostConnection
{
    /// <summary>How long a host may take over QUIT or LOGOUT, until it has closed, before it is cut off.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>In place of a host's words that may repeat a login.</summary>
    public const string Withheld = "(the host's words are withheld, since they may repeat the login)";

    readonly TimeProvider _time;
    readonly long _opened;
    long _idleSince;
    bool _inRequest;
    bool _isRetired;
    Task? _restingOn;
    Task? _watched;

    protected HostConnection(DialledLine line, RemoteHostOptions host, ConnectionKind kind, TimeProvider time)
    {
        _time = time;
        _opened = _idleSince = time.GetTimestamp();
        Host = host;
        Kind = kind;
        IsLocal = line.IsLocal;
        Attempt = line.Attempt;
        Wire = new HostStream(line.Stream, time);
    }

    public RemoteHostOptions Host { get; }

    public ConnectionKind Kind { get; }

    public HostStream Wire { get; }

    /// <summary>Where the pool keeps it, set once.</summary>
    public int Shelf { get; set; }

    public bool IsLocal { get; }

    /// <summary>Where it leads, and what its establishment took.</summary>
    public Attempt Attempt { get; }

    public bool IsEncrypted { get; private set; }

    /// <summary>Whether it is encrypted and the host's certificate was found good, for its name and by an authority.</summary>
    public bool IsVerified => IsEncrypted && Attempt.Certificate is { Faults.Count: 0 };

    /// <summary>The end of the life of the host's certificate; null in clear text.</summary>
    public DateTimeOffset? CertificateExpiry => Attempt.Certificate?.NotAfter;

    /// <summary>Whether a secret itself may be said here.</summary>
    public bool MaySaySecret => IsEncrypted || IsLocal || (!Host.Tls.Implicit && Host.Tls.StartTls == StartTlsPolicy.Disable);

    /// <summary>It came out of the pool, so the host may have closed it meanwhile without a fault of anybody's.</summary>
    public bool IsPooled { get; private set; }

    public bool IsBroken => Wire.IsBroken;

    /// <summary>A request began and has not ended.</summary>
    public bool IsInRequest => _inRequest;

    /// <summary>Whether another request may follow.</summary>
    public bool IsReusable =>
        !IsBroken && !IsUntidy && !_isRetired && !_inRequest
        && RequestsLeft > 0 && Errors < Host.Limits.Errors && (!IsPooled || AgeLeft > TimeSpan.Zero);

    /// <summary>
    /// A login is being said. A host that does not understand it tends to repeat it, so what it says meanwhile is not quoted, and wiped.
    /// </summary>
    public bool IsSayingLogin
    {
        get => Wire.MayHoldSecret;
        set => Wire.MayHoldSecret = value;
    }

    /// <summary>
    /// Whether a request may begin on it now: it may serve, has not rested for too long, and the host has said nothing unasked. A fresh one
    /// serves once however short its life is to be, or the next would be made in its place, and so on.
    /// </summary>
    public bool IsReady => IsReusable && (!IsPooled || RestLeft > TimeSpan.Zero) && !Wire.HasUnasked;

    public int Requests { get; private set; }

    public int RequestsLeft => Host.Limits.Requests - Requests;

    public int Errors { get; private set; }

    /// <summary>Time until it is too old, or has been idle for too long.</summary>
    public TimeSpan RestLeft
    {
        get
        {
            var idleLeft = Host.Limits.Idle - _time.GetElapsedTime(_idleSince);
            return idleLeft < AgeLeft ? idleLeft : AgeLeft;
        }
    }

    TimeSpan AgeLeft => Host.Limits.Age - _time.GetElapsedTime(_opened);

    /// <summary>Begins requests under the caller's token; fails where the connection has died meanwhile.</summary>
    public void BeginRequest(CancellationToken caller, int count = 1)
    {
        _inRequest = true;
        Requests += count;
        Wire.Begin(caller);
    }

    /// <summary>All replies to all commands were read. Anything more that came was not asked for.</summary>
    public void EndRequest()
    {
        Wire.End();
        _inRequest = false;
        if (!IsBroken && Wire.HasUnasked)
            Wire.Break("the host sent more replies than it was asked for");
    }

    /// <summary>Whatever happened, the caller's token is no more; a request that did not end leaves the connection unusable.</summary>
    public void LeaveRequest()
    {
        Wire.End();
        if (_inRequest)
            Wire.Break("a request did not end");
    }

    public void CountError() => Errors++;

    /// <summary>
    /// The answer is given, yet something must be said before another request may follow; the pool then calls <see
    /// cref="TidyAsync"/>.
    /// </summary>
    public bool IsUntidy { get; protected set; }

    /// <summary>
    /// Says it, so that nobody waits for it whose answer is known already. A failure breaks the connection and is not thrown.
    /// </summary>
    public virtual Task TidyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether <see cref="Retire"/> was called.</summary>
    protected bool IsRetired => _isRetired;

    /// <summary>Serves no more, though nothing is wrong with it.</summary>
    public void Retire() => _isRetired = true;

    /// <summary>Was given back after a request.</summary>
    public void Pool()
    {
        IsPooled = true;
        _idleSince = _time.GetTimestamp();
    }

    /// <summary>Lies idle: the read ends when the host closes or speaks.</summary>
    /// <param name="isAnother">It is not the read of an earlier rest, whose end is watched already.</param>
    public Task Rest(out bool isAnother)
    {
        IsPooled = true;
        _restingOn = Wire.ReadAhead();
        isAnother = !ReferenceEquals(_restingOn, _watched);
        return _watched = _restingOn;
    }

    /// <summary>Goes from idle into a request.</summary>
    public void Wake() => _restingOn = null;

    /// <summary>False where a request came between.</summary>
    public bool IsRestingOn(Task read) => ReferenceEquals(_restingOn, read);

    /// <summary>Says farewell where that is still possible and closes; takes two seconds at most and never fails.</summary>
    public async Task CloseAsync()
    {
        try
        {
            if (!IsBroken && !_inRequest)
            {
                using var bound = new CancellationTokenSource(Farewell, _time);
                Wire.Enter(bound.Token);
                await SayFarewellAsync();
            }
        }
        catch (Exception)
        {
            // A host that is being left may do as it likes, and the slot must come free whatever happens.
        }
        finally
        {
            Wire.End();
            Wire.Dispose();
        }
    }

    public async Task EncryptAsync(CancellationToken cancellationToken)
    {
        Attempt.Begin(ConnectStep.Tls);
        await Wire.UpgradeAsync(stream => TlsHandshake.RunAsync(stream, Attempt, _time, cancellationToken));
        IsEncrypted = true;
    }

    /// <summary>Ends when the host has closed; bounded from outside.</summary>
    protected abstract Task SayFarewellAsync();
}
