using Posthouse.Ledger.Gateways;

namespace Posthouse.Ledger.Books;

/// <summary>
/// What the ledgers say of each (message, recipient), HARDENING section 6. A recipient <em>ends</em> with a copy at its host or with a report to the sender that it
/// failed. LOST = acknowledged, and it has not ended; GHOST = refused, and it has; CORRUPT = other octets, or of somebody to whom it was not sent; STUCK = still
/// queued; TORN = no answer came, and some recipients have ended and others not; DUP = it has ended twice, and STRAY = that is outside the stated set.
/// <para>
/// The stated set: between the two ends the sink kept a 250 to itself, or the gateway died or its store failed, which takes marks that were not on disk
/// and words that were under way: a death soon behind the first of them (<see cref="Reach"/>). A copy behind a report is never in it: a report is written together with the mark that ends its recipient.
/// </para>
/// <para>
/// Cut through, the hop's own word is the client's, with nothing stored, which changes two things. Without an answer there is no promise, so that one
/// host's recipients may have a message and others not: that is not TORN, since the client keeps all of it. And a store that cannot keep what one hop has
/// left has to refuse the message, of which another recipient has its copy, or which lost its 250: a 4xx then is HALF and no GHOST, in runs whose store
/// fails and nowhere else.
/// </para>
/// </summary>
sealed class Verdict
{
    readonly bool _isCutThrough, _storeFails;

    /// <summary>Most transactions that one death can repeat: those under way at the hosts, and the marks of one commit.</summary>
    const int MostPerDeath = (GatewayFile.Hosts * GatewayFile.Concurrency) + (4 * 1024 * 1024 / 8192);

    readonly List<string> _examples = [];

    Verdict(Delivery delivery, bool storeFails) => (_isCutThrough, _storeFails) = (delivery == Delivery.CutThrough, storeFails);

    internal int Messages { get; private set; }
    internal int Acknowledged { get; private set; }
    internal int Refused { get; private set; }
    internal int Unknown { get; private set; }
    internal int Delivered { get; private set; }
    internal int Reported { get; private set; }
    internal int Denied { get; private set; }
    internal int Half { get; private set; }
    internal int Deaths { get; private set; }
    internal int Lost { get; private set; }
    internal int Ghost { get; private set; }
    internal int Corrupt { get; private set; }
    internal int Stuck { get; private set; }
    internal int Torn { get; private set; }
    internal int Dup { get; private set; }
    internal int Stray { get; private set; }

    internal bool IsClean => Lost + Ghost + Corrupt + Stuck + Torn + Stray == 0;

    /// <summary>Without mail it would say nothing.</summary>
    internal bool HasMail => Acknowledged > 0 && Delivered > 0;

    /// <summary>Where hosts refuse for good, a run without one such word would say nothing of it.</summary>
    internal bool HasRefusals => Reported > 0 && (!_isCutThrough || Denied > 0);

    /// <param name="folder">Where the ledgers are.</param>
    /// <param name="waiting">Recipients that still wait in the queue.</param>
    /// <param name="delivery">How mail went.</param>
    /// <param name="storeFails">The store could not keep all that it was given.</param>
    internal static Verdict Of(string folder, int waiting, Delivery delivery, bool storeFails)
    {
        var verdict = new Verdict(delivery, storeFails) { Stuck = waiting };
        verdict.Read(folder);
        return verdict;
    }

    public override string ToString() =>
        $"{Messages} messages: {Acknowledged} acknowledged, {Refused} refused, {Unknown} without an answer; {Delivered} deliveries, {Reported} reported, {Denied} refused at RCPT, {Deaths} deaths; "
        + $"LOST {Lost}, GHOST {Ghost}, CORRUPT {Corrupt}, STUCK {Stuck}, TORN {Torn}, DUP {Dup} of which {Stray} outside the stated set{(_isCutThrough ? $", HALF {Half}" : "")}"
        + string.Concat(_examples.Take(10).Select(static example => $"\n  {example}"));

    void Read(string folder)
    {
        var sent = new Dictionary<string, (string Sha, string[] Recipients)>(StringComparer.Ordinal);
        var answers = new Dictionary<string, (string Kind, string Reply)>(StringComparer.Ordinal);
        foreach (var entry in Book.Read(Path.Combine(folder, "clients.log")))
        {
            if (entry.Kind == "SENT")
                sent.Add(entry.Words[0], (entry.Words[1], entry.Words[2].Split(',')));
            else if (entry.Kind == "DENIED")
                Denied++;
            else
                answers[entry.Words[0]] = (entry.Kind, entry.Words.ElementAtOrDefault(1) ?? "");
        }
        var ends = new Dictionary<(string, string), List<End>>();
        var unsaid = new Dictionary<(string, string), List<double>>();
        foreach (var entry in Book.Read(Path.Combine(folder, "sink.log")))
        {
            var key = (entry.Words[0], entry.Words[1]);
            if (entry.Kind == "UNSAID")
            {
                if (!unsaid.TryAdd(key, [entry.Time]))
                    unsaid[key].Add(entry.Time);
                continue;
            }
            var end = new End(entry.Time, IsReport: entry.Kind == "TOLD");
            if (!ends.TryAdd(key, [end]))
                ends[key].Add(end);
            if (!sent.TryGetValue(key.Item1, out var original) || (!end.IsReport && original.Sha != entry.Words[2]) || !original.Recipients.Contains(key.Item2))
            {
                Corrupt++;
                _examples.Add($"CORRUPT {entry.Kind} {string.Join(' ', entry.Words)}");
            }
        }
        foreach (var (id, (_, recipients)) in sent)
            Judge(id, recipients, answers.GetValueOrDefault(id, ("UNKNOWN", "")), ends, unsaid);
        var deaths = Book.Read(Path.Combine(folder, "events.log")).Select(static entry => new Death(entry.Time, Reach(entry.Kind))).OrderBy(static death => death.Time).ToArray();
        Deaths = deaths.Length;
        JudgeSeconds(ends, unsaid, deaths);
    }

    void Judge(
        string id, string[] recipients, (string Kind, string Reply) answer, Dictionary<(string, string), List<End>> ends, Dictionary<(string, string), List<double>> unsaid)
    {
        Messages++;
        var ended = recipients.Where(recipient => ends.ContainsKey((id, recipient))).ToArray();
        Delivered += ended.Count(recipient => ends[(id, recipient)].Exists(static end => !end.IsReport));
        Reported += ended.Count(recipient => ends[(id, recipient)].Exists(static end => end.IsReport));
        switch (answer.Kind)
        {
            case "ACK":
                Acknowledged++;
                // What waits is counted as stuck already.
                if (Stuck == 0)
                    Count("LOST", id, recipients.Length - ended.Length, n => Lost += n);
                break;
            case "REFUSED" when _isCutThrough && _storeFails && answer.Reply.StartsWith('4')
                && (ended.Length < recipients.Length || Array.TrueForAll(ended, recipient => unsaid.ContainsKey((id, recipient)))):
                Refused++;
                Half += ended.Length;
                break;
            case "REFUSED":
                Refused++;
                Count("GHOST", id, ended.Length, n => Ghost += n);
                break;
            default:
                Unknown++;
                Count("TORN", id, Stuck == 0 && !_isCutThrough && ended.Length > 0 ? recipients.Length - ended.Length : 0, n => Torn += n);
                break;
        }
    }

    void JudgeSeconds(Dictionary<(string Id, string Recipient), List<End>> ends, Dictionary<(string, string), List<double>> unsaid, Death[] deaths)
    {
        var perDeath = new Dictionary<int, HashSet<string>>();
        foreach (var (key, all) in ends)
        {
            for (var i = 1; i < all.Count; i++)
            {
                Dup++;
                var (before, after) = (all[i - 1], all[i]);
                if (before.IsReport && !after.IsReport)
                    Count("STRAY", $"{key.Id} {key.Recipient} reported at {before.Time:F3} and delivered at {after.Time:F3}", 1, n => Stray += n);
                if (unsaid.TryGetValue(key, out var lost) && lost.Exists(time => time >= before.Time && time <= after.Time))
                    continue;
                var death = Array.FindIndex(deaths, death => death.Time > before.Time && death.Time < after.Time);
                if (death < 0 || deaths[death].Time - before.Time > deaths[death].Reach)
                    Count("STRAY", $"{key.Id} {key.Recipient} at {before.Time:F3} and {after.Time:F3}", 1, n => Stray += n);
                else if (perDeath.TryAdd(death, [key.Id]) || perDeath[death].Add(key.Id))
                    Count("STRAY", $"{perDeath[death].Count} transactions repeated after one death", perDeath[death].Count > MostPerDeath ? 1 : 0, n => Stray += n);
            }
        }
    }

    /// <summary>Seconds.</summary>
    readonly record struct Death(double Time, double Reach);

    /// <summary>
    /// How long before an end of the gateway its cause may lie. A mark is on disk within 50 ms and a commit; a SIGTERM gives up what has waited for the whole drain,
    /// and is noted when the process has ended; a store that fails does so long before that is seen.
    /// </summary>
    static double Reach(string kind) => kind switch
    {
        "KILL" => 2,
        "TERM" => 15,
        _ => double.PositiveInfinity,
    };

    /// <summary>A copy, or a report.</summary>
    readonly record struct End(double Time, bool IsReport);

    void Count(string what, string id, int count, Action<int> add)
    {
        if (count <= 0)
            return;
        add(count);
        _examples.Add($"{what} {id} ({count})");
    }
}
