namespace Posthouse.Ledger.Books;

/// <summary>
/// What the ledgers say of each (message, recipient), HARDENING section 6: LOST = acknowledged and neither delivered nor queued; GHOST = refused and delivered;
/// CORRUPT = other octets; STUCK = still queued; TORN = no answer came, and some recipients have it and others not; STRAY = a second copy outside the
/// stated set, which is: the sink's 250 was not given, or the gateway died or its store failed after the first copy, before the mark of it was on disk.
/// </summary>
sealed class Verdict
{
    /// <summary>Most transactions that one death can repeat: those under way at both hosts, and the marks of one commit.</summary>
    const int MostPerDeath = (2 * Gateways.GatewayFile.Concurrency) + (4 * 1024 * 1024 / 8192);

    readonly List<string> _examples = [];

    internal int Messages { get; private set; }
    internal int Acknowledged { get; private set; }
    internal int Refused { get; private set; }
    internal int Unknown { get; private set; }
    internal int Delivered { get; private set; }
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

    /// <param name="folder">Where the ledgers are.</param>
    /// <param name="waiting">Recipients that still wait in the queue.</param>
    internal static Verdict Of(string folder, int waiting)
    {
        var verdict = new Verdict { Stuck = waiting };
        verdict.Read(folder);
        return verdict;
    }

    public override string ToString() =>
        $"{Messages} messages: {Acknowledged} acknowledged, {Refused} refused, {Unknown} without an answer; {Delivered} deliveries, {Deaths} deaths; "
        + $"LOST {Lost}, GHOST {Ghost}, CORRUPT {Corrupt}, STUCK {Stuck}, TORN {Torn}, DUP {Dup} of which {Stray} outside the stated set"
        + string.Concat(_examples.Take(10).Select(static example => $"\n  {example}"));

    void Read(string folder)
    {
        var sent = new Dictionary<string, (string Sha, string[] Recipients)>(StringComparer.Ordinal);
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Book.Read(Path.Combine(folder, "clients.log")))
        {
            if (entry.Kind == "SENT")
                sent.Add(entry.Words[0], (entry.Words[1], entry.Words[2].Split(',')));
            else
                answers[entry.Words[0]] = entry.Kind;
        }
        var copies = new Dictionary<(string, string), List<double>>();
        var unsaid = new Dictionary<(string, string), List<double>>();
        foreach (var entry in Book.Read(Path.Combine(folder, "sink.log")))
        {
            var key = (entry.Words[0], entry.Words[1]);
            (entry.Kind == "GOT" ? copies : unsaid).TryAdd(key, []);
            (entry.Kind == "GOT" ? copies : unsaid)[key].Add(entry.Time);
            if (entry.Kind != "GOT")
                continue;
            if (!sent.TryGetValue(key.Item1, out var original) || original.Sha != entry.Words[2] || !original.Recipients.Contains(key.Item2))
            {
                Corrupt++;
                _examples.Add($"CORRUPT {string.Join(' ', entry.Words)}");
            }
        }
        foreach (var (id, (_, recipients)) in sent)
            Judge(id, recipients, answers.GetValueOrDefault(id, "UNKNOWN"), copies);
        var deaths = Book.Read(Path.Combine(folder, "events.log")).Select(static entry => entry.Time).Order().ToArray();
        Deaths = deaths.Length;
        JudgeCopies(copies, unsaid, deaths);
    }

    void Judge(string id, string[] recipients, string answer, Dictionary<(string, string), List<double>> copies)
    {
        Messages++;
        var have = recipients.Count(recipient => copies.ContainsKey((id, recipient)));
        Delivered += have;
        switch (answer)
        {
            case "ACK":
                Acknowledged++;
                // What waits is counted as stuck already.
                if (Stuck == 0)
                    Count("LOST", id, recipients.Length - have, n => Lost += n);
                break;
            case "REFUSED":
                Refused++;
                Count("GHOST", id, have, n => Ghost += n);
                break;
            default:
                Unknown++;
                Count("TORN", id, Stuck == 0 && have > 0 ? recipients.Length - have : 0, n => Torn += n);
                break;
        }
    }

    void JudgeCopies(Dictionary<(string Id, string Recipient), List<double>> copies, Dictionary<(string, string), List<double>> unsaid, double[] deaths)
    {
        var perDeath = new Dictionary<int, HashSet<string>>();
        foreach (var (key, times) in copies)
        {
            for (var i = 1; i < times.Count; i++)
            {
                Dup++;
                var (before, after) = (times[i - 1], times[i]);
                if (unsaid.TryGetValue(key, out var lost) && lost.Exists(time => time >= before && time <= after))
                    continue;
                var death = Array.FindIndex(deaths, time => time > before && time < after);
                if (death < 0)
                    Count("STRAY", $"{key.Id} {key.Recipient} at {before:F3} and {after:F3}", 1, n => Stray += n);
                else if (perDeath.TryAdd(death, [key.Id]) || perDeath[death].Add(key.Id))
                    Count("STRAY", $"{perDeath[death].Count} transactions repeated after one death", perDeath[death].Count > MostPerDeath ? 1 : 0, n => Stray += n);
            }
        }
    }

    void Count(string what, string id, int count, Action<int> add)
    {
        if (count <= 0)
            return;
        add(count);
        _examples.Add($"{what} {id} ({count})");
    }
}
