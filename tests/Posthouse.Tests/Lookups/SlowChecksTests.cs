using Posthouse.Gateway.Lists;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Secrets;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Lookups;

public class SlowChecksTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Credentials Ann() => new("ann", "secret"u8);

    [Fact]
    public async Task No_more_than_so_many_run_at_once_and_all_are_answered()
    {
        var checks = new SlowChecks(2);
        var gate = new Gate();
        var asked = Enumerable.Range(0, 10).Select(async _ =>
        {
            using var credentials = Ann();
            return await checks.MatchesAsync(new ListedLogin([gate]), credentials, Token);
        }).ToList();
        await gate.Entered(2);
        // A third would have come in by now if it could: both that run are at the gate, and nothing else is to be waited for.
        Assert.Equal(2, gate.MostAtOnce);
        gate.Open();
        Assert.All(await Task.WhenAll(asked), Assert.True);
        Assert.Equal(2, gate.MostAtOnce);
    }

    [Fact]
    public async Task Who_gives_up_is_let_go_at_once_and_the_check_still_has_the_secret()
    {
        var checks = new SlowChecks(1);
        var gate = new Gate();
        using var patience = new CancellationTokenSource();
        using (var credentials = Ann())
        {
            var asked = checks.MatchesAsync(new ListedLogin([gate]), credentials, patience.Token);
            await gate.Entered(1);
            patience.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asked);
        }
        using var next = Ann();
        var waiting = checks.MatchesAsync(new ListedLogin([gate]), next, Token);
        Assert.False(waiting.IsCompleted);
        gate.Open();
        Assert.True(await waiting);
        Assert.Equal(["secret", "secret"], gate.Seen);
    }

    [Fact]
    public async Task Who_gives_up_in_the_queue_takes_no_place()
    {
        var checks = new SlowChecks(1);
        var gate = new Gate();
        using var first = Ann();
        var running = checks.MatchesAsync(new ListedLogin([gate]), first, Token);
        await gate.Entered(1);
        using var patience = new CancellationTokenSource();
        var waiting = checks.MatchesAsync(new ListedLogin([gate]), first, patience.Token);
        patience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        gate.Open();
        Assert.True(await running);
        Assert.True(await checks.MatchesAsync(new ListedLogin([gate]), first, Token));
    }

    /// <summary>A secret whose check stands still until the test lets it go.</summary>
    sealed class Gate : StoredSecret
    {
        readonly ManualResetEventSlim _open = new();
        readonly SemaphoreSlim _entered = new(0);
        int _running;

        public int MostAtOnce { get; private set; }

        public List<string> Seen { get; } = [];

        public void Open() => _open.Set();

        public async Task Entered(int times)
        {
            for (var i = 0; i < times; i++)
                await _entered.WaitAsync(Token);
        }

        public override bool Matches(ReadOnlySpan<byte> secret)
        {
            lock (Seen)
                MostAtOnce = Math.Max(MostAtOnce, ++_running);
            _entered.Release();
            _open.Wait(Token);
            lock (Seen)
            {
                _running--;
                Seen.Add(System.Text.Encoding.UTF8.GetString(secret));
            }
            return secret.SequenceEqual("secret"u8);
        }
    }
}
