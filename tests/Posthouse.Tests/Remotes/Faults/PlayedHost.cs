using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>
/// A host that is read from scripts, one for each connection, within its client's own reads and writes: without a thread and without a
/// clock, so that a fault falls on the same octet each time. Who dials once more than there are scripts is refused.
/// </summary>
/// <remarks>
/// A step of a script is a line to say (<c>S: 250 ok</c>) or octets to say (<c>R: 250</c>), in which <c>{tag}</c> stands for the tag of the
/// command before and <c>{sasl}</c> for the next challenge of a sandbox's login; a line to hear, by its beginning (<c>C: VRFY</c>);
/// <c>BODY</c>, heard to its dot; <c>C: BDAT</c> and the octets that it announces; <c>DECIDED</c>, where all is said that the answer needs; <c>ANY</c>, which hears any octets; <c>IGNORE</c>,
/// which passes over all that comes; or one of <c>FIN</c>, <c>RST</c>, <c>STALL</c> and <c>DEAF</c>, which takes nothing more and goes on when the client writes. QUIT and LOGOUT at the end need no step.
/// </remarks>
sealed class PlayedHost(IReadOnlyList<string[]> scripts) : IDialler
{
    /// <summary>A dial that is refused.</summary>
    public static readonly string[] Refused = ["REFUSED"];

    readonly List<PlayedLine> _lines = [];
    int _refusals;

    /// <summary>The connections so far.</summary>
    public IReadOnlyList<PlayedLine> Lines => _lines;

    public int Dialled => _lines.Count + _refusals;

    /// <summary>How the first connection's octets arrive.</summary>
    public Arrival Arrival { get; init; } = Arrival.Whole;

    public bool IsLocal { get; init; } = true;

    /// <summary>Called where the client waits for a host that has come to its stall; true: it has yet to set its deadline.</summary>
    public Action<bool>? Stalled { get; init; }

    /// <summary>Nobody is connected before.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await Gate.Task;
        var script = Dialled < scripts.Count ? scripts[Dialled] : Refused;
        if (ReferenceEquals(script, Refused))
        {
            _refusals++;
            throw new HostUnavailableException("connect to scripted: refused");
        }
        var line = new PlayedLine(script, _lines.Count == 0 ? Arrival : Arrival.Whole, Stalled);
        _lines.Add(line);
        line.Open();
        return new DialledLine(line, IsLocal, attempt);
    }
}

/// <summary>How a host's octets arrive.</summary>
/// <param name="Piece">Most octets of one read.</param>
/// <param name="Seam">An octet before which one read ends.</param>
/// <param name="Cut">So many come, and then the end.</param>
/// <param name="IsReset">The end is a reset, and no close.</param>
readonly record struct Arrival(int Piece = int.MaxValue, int Seam = 0, int Cut = int.MaxValue, bool IsReset = false)
{
    public static readonly Arrival Whole = new(int.MaxValue);

    /// <summary>So many of the octets at hand go into one read.</summary>
    public int Take(int read, int said)
    {
        var end = Math.Min(said, Cut);
        return Math.Min(Piece, (read < Seam && Seam < end ? Seam : end) - read);
    }
}
