using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Posthouse.Remotes.Telemetry;

/// <summary>
/// What one host's rooms measure. The counts of lookups are plain numbers, read when somebody collects, so that a cached answer
/// costs no more than one.
/// </summary>
sealed class HostMetrics(string remote, RemoteMetrics metrics)
{
    long _fresh;
    long _stale;
    long _coalesced;
    long _misses;
    long _certificateEnds;

    /// <summary>When the certificate ends that the host showed at the latest connect; null = none was shown yet.</summary>
    public DateTimeOffset? CertificateExpiry =>
        Interlocked.Read(ref _certificateEnds) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public long Fresh => Interlocked.Read(ref _fresh);

    public long Stale => Interlocked.Read(ref _stale);

    public long Coalesced => Interlocked.Read(ref _coalesced);

    public long Misses => Interlocked.Read(ref _misses);

    public void CountFresh() => Interlocked.Increment(ref _fresh);

    public void CountStale() => Interlocked.Increment(ref _stale);

    public void CountCoalesced() => Interlocked.Increment(ref _coalesced);

    public void CountMiss() => Interlocked.Increment(ref _misses);

    /// <param name="requestClass">login, check or relay.</param>
    /// <param name="time">From asking for a connection to having one.</param>
    public void Waited(string requestClass, TimeSpan time) =>
        Record(metrics.Wait, time, "class", requestClass);

    /// <param name="time">From resolving to being ready for a request.</param>
    /// <param name="hasFailed">No connection came of it.</param>
    public void Connected(TimeSpan time, bool hasFailed) =>
        Record(metrics.Connect, time, "outcome", hasFailed ? "failed" : "ok");

    public void SawCertificate(DateTimeOffset? ends)
    {
        if (ends is { } end)
            Interlocked.Exchange(ref _certificateEnds, end.ToUnixTimeSeconds());
    }

    /// <param name="verb">AUTH, RCPT, VRFY, EXPN or MAIL.</param>
    /// <param name="time">On the connection, from the first command to the last reply.</param>
    public void Requested(string verb, TimeSpan time) =>
        Record(metrics.Request, time, "verb", verb);

    /// <param name="question">login, recipient, verify, expand or relay.</param>
    /// <param name="answer">What the host said, in one word.</param>
    public void Answered(string question, string answer)
    {
        try
        {
            metrics.Answers.Add(1, new TagList { { RemoteMetrics.Remote, remote }, { "question", question }, { "answer", answer } });
        }
        catch (Exception)
        {
            // As below.
        }
    }

    void Record(Histogram<double> histogram, TimeSpan time, string key, string value)
    {
        try
        {
            histogram.Record(time.TotalSeconds, new TagList { { RemoteMetrics.Remote, remote }, { key, value } });
        }
        catch (Exception)
        {
            // A listener runs in here, and its fault must cost neither a slot nor an answer.
        }
    }
}
