using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Posthouse.Ledger.Gateways;

namespace Posthouse.Ledger.Runs;

/// <summary>A start with a long queue: when the first message is delivered, and how much memory it took until then.</summary>
static class BacklogRun
{
    // The aims are 5 s and 200 MB; a machine that is loaded has three times the time.
    const double MostSeconds = 15;
    const int MostMegabytes = 200;

    internal static async Task<bool> RunAsync(int messages)
    {
        using var scene = new Scene(Delivery.Queued);
        // The gateway itself makes the folder.
        await scene.Gateway.StartAsync();
        await scene.Gateway.TerminateAsync();
        Fill(Path.Combine(scene.Gateway.Queue, "queue.db"), messages);

        var started = Stopwatch.StartNew();
        scene.Gateway.Spawn();
        while (scene.Lmtp.Count + scene.Smtp.Count == 0 && started.Elapsed < TimeSpan.FromSeconds(120) && !scene.Gateway.HasExited)
            await Task.Delay(5);
        var first = started.Elapsed.TotalSeconds;
        var then = scene.Gateway.Status("VmHWM") / 1024;
        await scene.Gateway.GreetsAsync();
        await Task.Delay(2000);
        var most = scene.Gateway.Status("VmHWM") / 1024;
        var exit = await scene.Gateway.TerminateAsync();
        var check = await scene.Gateway.RunAsync("queue", "check", "--config", scene.Gateway.Configuration);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{messages} queued messages: first delivery after {first:F2} s with {then} MB; {most} MB at most two seconds later; stopped with {exit}; {check.Output.Trim()}"));
        return first <= MostSeconds && most <= MostMegabytes && exit == 0 && check.ExitCode == 0 && scene.Lmtp.Count + scene.Smtp.Count > 0;
    }

    // Rows as the gateway would write them, without a checksum, as an older one did.
    static void Fill(string file, int messages)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            PRAGMA synchronous = OFF;
            BEGIN;
            CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages.ToString(CultureInfo.InvariantCulture)}) SELECT i FROM n;
            INSERT INTO message (id, queue_id, received, size, reverse_path, body, smtputf8, dsn_return, listener, is_tls, helo_domain, authenticated_as)
                SELECT i, printf('%010d', i), CAST(strftime('%s', 'now') AS INTEGER) * 1000, 4000, 'sender@ledger.example', 0, 0, 0, 'smtp', 0, 'client.example', '' FROM number;
            INSERT INTO recipient (message, ordinal, mailbox, notify, state, attempts, due, maybe_delivered, reply)
                SELECT i, 0, 'user' || i || '@' || iif(i % 2, 'smtp', 'lmtp') || '.example', 0, 0, 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000, 0, '451 later' FROM number;
            INSERT INTO chunk (id, octets) SELECT i << 16, CAST(printf('Subject: %d%s%s%.*c%s', i, char(13, 10), char(13, 10), 3980 - length(i), 'x', char(13, 10)) AS BLOB) FROM number;
            UPDATE message SET size = (SELECT length(octets) FROM chunk WHERE chunk.id = message.id << 16);
            COMMIT;
            PRAGMA wal_checkpoint(TRUNCATE);
            """;
        command.ExecuteNonQuery();
    }
}
