using System.Net.Sockets;
using System.Security.Authentication;

namespace Posthouse.Demo;

/// <summary>
/// Plays one step after the other. For each it shows what was said, counts what the remotes were asked meanwhile, and compares both
/// with what was expected. A step that breaks is a step not as expected; the play goes on.
/// </summary>
sealed class DemoStage(DemoSetup setup, DemoScreen screen, TimeProvider time, CancellationToken stop)
{
    static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(10);

    readonly List<DemoStep> _steps = [];

    public DemoSetup Setup => setup;

    public Dialogue Dialogue { get; } = new();

    public IReadOnlyList<DemoStep> Steps => _steps;

    public void BeginScene(string title) => screen.ShowScene(title);

    /// <param name="title">What this step shows.</param>
    /// <param name="expected">What <paramref name="act"/>'s result has to begin with.</param>
    /// <param name="mayAsk">What the remotes have to be asked, exactly.</param>
    /// <param name="act">Does it, and says what came.</param>
    public async Task PlayAsync(string title, string expected, RemoteRequests mayAsk, Func<CancellationToken, Task<string>> act)
    {
        Dialogue.Clear();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(LongestStep);
        var before = setup.Remotes.Requests;
        var start = time.GetTimestamp();
        string got;
        try
        {
            got = await act(deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            got = "no answer in time";
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or InvalidDataException)
        {
            got = e.Message;
        }

        var step = new DemoStep(title, expected, got, mayAsk, setup.Remotes.Requests - before, time.GetElapsedTime(start));
        _steps.Add(step);
        screen.ShowStep(_steps.Count, step, Dialogue);
    }

    /// <summary>The same for a step whose result is the codes of a reply.</summary>
    public Task PlayAsync(string title, string expected, RemoteRequests mayAsk, Func<CancellationToken, Task<DemoReply>> act) =>
        PlayAsync(title, expected, mayAsk, async cancellationToken => (await act(cancellationToken)).Codes);

    /// <summary>A client that has said EHLO over TLS, logged in where an account is given.</summary>
    public async Task<DemoClient> ConnectAsync(CancellationToken cancellationToken, DemoAccount? login = null)
    {
        var client = await DemoClient.ConnectWithTlsAsync(setup.Submissions, setup.Certificate, Dialogue, cancellationToken);
        if (login is not null)
            await client.AuthPlainAsync(login, cancellationToken);
        return client;
    }
}
