using System.Diagnostics;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;

namespace Posthouse.Tests.Quotas;

/// <summary>Run with <c>-explicit only -class Posthouse.Tests.Quotas.QuotaStartBench</c>, in Release.</summary>
public sealed class QuotaStartBench
{
    [Fact(Explicit = true)]
    public async Task Counting_a_hundred_thousand_messages()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, $"bench-{Guid.NewGuid():N}");
        try
        {
            await using (var store = SqliteStore.Open(new SqliteStoreOptions(folder)))
            {
                var drained = Task.Run(async () =>
                {
                    await foreach (var _ in store.Committed.ReadAllAsync())
                    {
                    }
                }, TestContext.Current.CancellationToken);
                await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
                {
                    for (var j = 0; j < 200; j++)
                        await store.CommitAsync(Letters.Body(500), Letters.Envelope($"user{i}@d{j}.example"));
                }));
            }
            QuotaModel[] quotas = [new(null, [RuleVariable.RcptDomain], 1_000_000, 0), new(null, [RuleVariable.Rcpt], 1_000_000, 1L << 40)];
            var ledger = new QuotaLedger(() => quotas);
            await using var again = SqliteStore.Open(new SqliteStoreOptions(folder));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var (time, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await ledger.CountAsync(again.ReadWaiting, TestContext.Current.CancellationToken);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{ledger.Counts.Messages} messages under {ledger.Counts.Values} values in {time.ElapsedMilliseconds} ms, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:0} ms of CPU; {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1048576} MiB kept");
            GC.KeepAlive(ledger);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
