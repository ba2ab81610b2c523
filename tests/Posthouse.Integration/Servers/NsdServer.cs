namespace Posthouse.Integration.Servers;

/// <summary>
/// A real authoritative name server on loopback, by UDP and TCP, with one zone that a test writes and one that it cannot load, so that
/// every question about that gets SERVFAIL. It can be stopped and started again on the same port.
/// </summary>
public sealed class NsdServer(string zone, string records) : IAsyncDisposable
{
    /// <summary>Below this every question gets SERVFAIL.</summary>
    public const string BrokenZone = "broken.test";

    readonly ScratchFolder _folder = new("nsd");
    RunningProgram? _running;

    public int Port { get; } = LoopbackPort.Take();

    static string Program => MailServerFiles.Nsd("usr/sbin/nsd");

    public async Task StartAsync()
    {
        MailServerFiles.Require(Program, "Package nsd.");
        _folder.Write("zone", $"""
            $ORIGIN {zone}.
            $TTL 5
            @ IN SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 5
            @ IN NS ns
            ns IN A 127.0.0.1
            {records}

            """);
        _folder.Write("nsd.conf", $"""
            server:
              ip-address: 127.0.0.1
              port: {Port}
              username: ""
              pidfile: ""
              database: ""
              zonesdir: "{_folder.Path}"
              xfrdfile: "{_folder["xfrd.state"]}"
              zonelistfile: "{_folder["zone.list"]}"
              xfrdir: "{_folder.Path}"
              server-count: 1
            remote-control:
              control-enable: no
            zone:
              name: {zone}
              zonefile: zone
            zone:
              name: {BrokenZone}
              zonefile: none

            """);
        _running = RunningProgram.Start("setsid", [Program, "-d", "-c", _folder["nsd.conf"]]);
        await _running.UntilListeningAsync(Port, () => "");
    }

    public async Task StopAsync()
    {
        if (_running is null)
            return;
        await _running.KillGroupAsync();
        await _running.DisposeAsync();
        _running = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
