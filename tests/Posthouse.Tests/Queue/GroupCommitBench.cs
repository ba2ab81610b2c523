using System.Diagnostics;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

/// <summary>Run with <c>-explicit only -class Posthouse.Tests.Queue.GroupCommitBench</c>, in Release.</summary>
public sealed class GroupCommitBench
{
    [Theory(Explicit = true)]
    [InlineData(20, 10 * 1024, false)]
    [InlineData(20, 10 * 1024, true)]
    [InlineData(1, 10 * 1024, false)]
    [InlineData(20, 1024, false)]
    [InlineData(20, 1024 * 1024, false)]
    public async Task Messages_in_a_second(int writers, int length, bool deliver)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, $"bench-{Guid.NewGuid():N}");
        long written = 0, groups;
        var time = Stopwatch.StartNew();
        await using (var store = SqliteStore.Open(new SqliteStoreOptions(folder)))
        {
            var body = Letters.Body(length);
            var envelope = Letters.Envelope("bob@example.net");
            var drained = Task.Run(async () =>
            {
                await foreach (var message in store.Committed.ReadAllAsync(TestContext.Current.CancellationToken))
                {
                    if (deliver)
                        store.Record(message.Key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 2.0.0 ok")]);
                }
            }, TestContext.Current.CancellationToken);
            time.Restart();
            await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
            {
                while (time.Elapsed < TimeSpan.FromSeconds(4))
                {
                    Assert.Equal(IntakeResult.Committed, await store.CommitAsync(body, envelope));
                    Interlocked.Increment(ref written);
                }
            }, TestContext.Current.CancellationToken)));
            time.Stop();
            groups = store.Groups;
        }
        TestContext.Current.SendDiagnosticMessage(
            "{0} writers, {1} octets, delivering {2}: {3:F0} messages/s, {4:F1} a group", writers, length, deliver, written / time.Elapsed.TotalSeconds, (double)written / groups);
        Directory.Delete(folder, recursive: true);
    }
}
