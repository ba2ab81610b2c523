using System.Diagnostics;
using BitFaster.Caching.Lru;
using Posthouse.Remotes.Caching;

namespace Posthouse.Bench;

/// <summary>The strict LRU with its lock against a concurrent one that is LRU by and large, on the same keys.</summary>
static class LruComparison
{
    static readonly TimeSpan Life = TimeSpan.FromDays(1);

    public static void Run(int runs, int hits, int entries)
    {
        var keys = Array.ConvertAll(BenchAccounts.Mailboxes("user", entries), mailbox => Question.Recipient(mailbox).Key);
        var hot = keys[..1000];

        Console.WriteLine("\n| LRU alone | ns per hit, 1000 names | two threads | ns per hit, all names | ns per set that pushes one out | B per entry |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        var ours = new ExpiringLru<CacheKey, object>(entries, TimeProvider.System);
        Row("ExpiringLru", key => ours.TryGet(key, out _), key => ours.Set(key, keys, Life), () => new ExpiringLru<CacheKey, object>(entries, TimeProvider.System),
            (cache, key) => cache.Set(key, keys, Life));
        var theirs = new ConcurrentLru<CacheKey, object>(entries);
        Row("BitFaster ConcurrentLru", key => theirs.TryGet(key, out _), key => theirs.AddOrUpdate(key, keys), () => new ConcurrentLru<CacheKey, object>(entries),
            (cache, key) => cache.AddOrUpdate(key, keys));
        var expiring = new ConcurrentTLru<CacheKey, object>(entries, Life);
        Row("BitFaster ConcurrentTLru", key => expiring.TryGet(key, out _), key => expiring.AddOrUpdate(key, keys),
            () => new ConcurrentTLru<CacheKey, object>(entries, Life), (cache, key) => cache.AddOrUpdate(key, keys));

        void Row<TCache>(string name, Func<CacheKey, bool> get, Action<CacheKey> set, Func<TCache> make, Action<TCache, CacheKey> keep)
        {
            var (one, two, all, pushed) = (new Spread(), new Spread(), new Spread(), new Spread());
            foreach (var key in keys)
                set(key);
            foreach (var key in hot)
                set(key);
            for (var run = 0; run < runs; run++)
            {
                one.Add(Nanoseconds(hits, i => get(hot[i % hot.Length])));
                two.Add(Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Nanoseconds(hits, i => get(hot[i % hot.Length]))))).Result.Average());
                // The steps are such that neighbours in time are none in memory.
                all.Add(Nanoseconds(hits, i => get(keys[(int)(i * 7919L % keys.Length)])));
            }
            var others = Array.ConvertAll(BenchAccounts.Mailboxes("other", entries), mailbox => Question.Recipient(mailbox).Key);
            pushed.Add(Nanoseconds(others.Length, i =>
            {
                set(others[i]);
                return true;
            }));
            Console.WriteLine($"| {name} | {one.Text("F0")} | {two.Text("F0")} | {all.Text("F0")} | {pushed.Text("F0")} | {BytesEach(make, keep):F0} |");
        }

        double BytesEach<TCache>(Func<TCache> make, Action<TCache, CacheKey> keep)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var cache = make();
            foreach (var key in keys)
                keep(cache, key);
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(cache);
            return (double)bytes / keys.Length;
        }
    }

    static double Nanoseconds(int count, Func<int, bool> act)
    {
        var start = Stopwatch.GetTimestamp();
        var hits = 0;
        for (var i = 0; i < count; i++)
            hits += act(i) ? 1 : 0;
        // One that is LRU by and large may have let a few go.
        if (hits < count * 0.9)
            throw new InvalidOperationException($"{hits} of {count} were kept");
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }
}
