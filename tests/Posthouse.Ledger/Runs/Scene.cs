using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Posthouse.Ledger.Books;
using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Sinks;

namespace Posthouse.Ledger.Runs;

/// <summary>A run's folder, ledgers, hosts and gateway.</summary>
sealed class Scene : IDisposable
{
    const string WentThrough = "event=MessageHandedOver";
    static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(4);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-ledger-");

    readonly Delivery _delivery;
    readonly SmallDisk? _disk;
    readonly GatewayFile _file;
    bool _denies;

    /// <param name="delivery">How mail goes.</param>
    /// <param name="disk">Where the queue is; null = on the machine's own disk.</param>
    /// <param name="within">A command that the gateway runs within.</param>
    internal Scene(Delivery delivery, SmallDisk? disk = null, params string[] within)
    {
        (_delivery, _disk) = (delivery, disk);
        Books = new RunBooks(Folder);
        Lmtp = new MailSink(Books.Sink, SinkKind.Lmtp);
        Smtp = new MailSink(Books.Sink, SinkKind.Smtp);
        Reports = new MailSink(Books.Sink, SinkKind.Reports);
        _file = new GatewayFile(delivery, Lmtp.Port, Smtp.Port, Reports.Port);
        Gateway = new GatewayProcess(Folder, _file, Path.Combine(disk?.Path ?? Folder, "queue"), 0, [.. disk?.Within ?? [], .. within]);
    }

    internal string Folder => _folder.FullName;

    internal RunBooks Books { get; }

    internal MailSink Lmtp { get; }

    internal MailSink Smtp { get; }

    /// <summary>The senders' host.</summary>
    internal MailSink Reports { get; }

    internal GatewayProcess Gateway { get; }

    /// <summary>The same gateway without what it ran within.</summary>
    internal GatewayProcess Plain() => new(Folder, _file, Gateway.Queue, Gateway.Port);

    /// <summary>Sets the hosts' faults. A report that is refused for good would be heard of no more, so none is.</summary>
    internal void Hosts(int refusing = 0, int losing = 0, int denying = 0, int stalling = 0)
    {
        foreach (var sink in (MailSink[])[Lmtp, Smtp, Reports])
            (sink.Refusing, sink.Losing) = (refusing, losing);
        Lmtp.Denying = Smtp.Denying = denying;
        Lmtp.Stalling = Smtp.Stalling = stalling;
        _denies |= denying > 0;
    }

    /// <summary>Has a death, or a fault that left a gateway with nothing under way, in the ledger: a copy that came before may be followed by another.</summary>
    internal async Task DiedAsync(string kind, params string[] words)
    {
        await Lmtp.QuietAsync();
        await Smtp.QuietAsync();
        await Reports.QuietAsync();
        Books.Events.Write(kind, words);
    }

    /// <summary>
    /// Waits until nothing waits in the queue of a running gateway, ends it, has its store checked, and reads the ledgers.
    /// </summary>
    /// <param name="gateway">To end.</param>
    /// <param name="mayBeEmpty">A run that may have had no mail taken.</param>
    /// <param name="storeFails">A run in which the store cannot keep what it is given.</param>
    internal async Task<bool> EndAsync(GatewayProcess gateway, bool mayBeEmpty = false, bool storeFails = false)
    {
        Hosts();
        var waiting = await DrainAsync(gateway);
        var exit = await gateway.TerminateAsync();
        // Some mail may have been delivered, and marked, by the end only.
        var verdict = Verdict.Of(Folder, waiting > 0 ? await WaitingAsync() : 0, _delivery, storeFails);
        var (checkExit, check) = await gateway.RunAsync("queue", "check", "--config", gateway.Configuration);
        Console.WriteLine(verdict);
        var hasMail = verdict.HasMail && (!_denies || verdict.HasRefusals) && (_delivery == Delivery.Queued || gateway.Logged(WentThrough));
        if (verdict.IsClean && (hasMail || (mayBeEmpty && verdict.Messages > 0)) && exit == 0 && checkExit == 0)
            return true;
        if (!hasMail)
            Console.WriteLine("NOT: mail of each kind was seen");
        Console.WriteLine($"gateway ended with {exit}; queue check ended with {checkExit}: {check}\nThe gateway's last lines:\n{gateway.LogEnd()}");
        return false;
    }

    /// <summary>Waits until nothing waits in the queue, and tells how many recipients still do when patience ends.</summary>
    internal async Task<int> DrainAsync(GatewayProcess gateway)
    {
        var waited = Stopwatch.StartNew();
        int waiting;
        while ((waiting = await WaitingAsync()) > 0 && waited.Elapsed < DrainPatience && !gateway.HasExited)
            await Task.Delay(50);
        return waiting;
    }

    /// <summary>Recipients that wait in the queue.</summary>
    async Task<int> WaitingAsync()
    {
        // SQLite resolves the link into another mount namespace, and so misses it.
        if (_disk is not null)
        {
            var (_, report) = await Gateway.RunAsync("queue", "check", "--config", Gateway.Configuration);
            return int.Parse(Regex.Match(report, " messages? to ([0-9]+) recipients?").Groups[1].Value, CultureInfo.InvariantCulture);
        }
        using var connection = new SqliteConnection($"Data Source={Gateway.Queue}/queue.db;Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        // The last to close would else fold the log.
        command.CommandText = "PRAGMA query_only = 1; SELECT COUNT(*) FROM recipient WHERE state = 0";
        _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Gateway.Dispose();
        Lmtp.Dispose();
        Smtp.Dispose();
        Books.Dispose();
        if (Environment.GetEnvironmentVariable("POSTHOUSE_LEDGER_KEEP") is null)
            _folder.Delete(recursive: true);
    }
}
