using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using static Posthouse.Tests.Remotes.Faults.Openings;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>STARTTLS, the handshake, and what is said within TLS.</summary>
public class TlsFaults
{
    const string Jane = "login jane@example.org tulip";

    static readonly string[] ToldToGo = [.. Offering("STARTTLS"), "C: STARTTLS", "S: 220 go"];

    internal static readonly FaultTable Table = new(
    [
        Row("R14", "STARTTLS is not offered", [.. Offering("AUTH PLAIN")], "STARTTLS: not offered by the host; remote.box.tls.starttls is require"),
        Row("R14", "STARTTLS is not offered, in IMAP", [.. ImapOffering("AUTH=PLAIN")], "STARTTLS: not offered by the host; remote.box.tls.starttls is require") with { Protocol = RemoteProtocol.Imap },
        Row("R14", "No message leaves in clear", [.. Greeted], "STARTTLS: not offered by the host; remote.box.tls.starttls is require") with { Ask = "relay a@example.org", Gets = "temporary definition" },
        Row("R15", "454 to STARTTLS", [.. Offering("STARTTLS"), "C: STARTTLS", "S: 454 4.7.0 not now"], "STARTTLS: 454 4.7.0 not now; remote.box.tls.starttls is require"),
        Row("R15", "502 to STARTTLS", [.. Offering("STARTTLS"), "C: STARTTLS", "S: 502 what"], "STARTTLS: 502 what; remote.box.tls.starttls is require"),
        Row("R16", "Octets in clear behind the go-ahead", [.. Offering("STARTTLS"), "C: STARTTLS", "R: 220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"], "octets in clear after its go-ahead for TLS"),
        Row("R19", "Silence in the handshake", [.. ToldToGo, "STALL", "IGNORE"], "TLS: no handshake within 30s") with { After = TimeSpan.FromSeconds(30) },
        Row("R19", "An alert in the handshake", [.. ToldToGo, "ANY", "R: \u0015\u0003\u0001\u0000\u0002\u0002\u0028", "FIN", "IGNORE"], "TLS"),
        Row("R19", "Garbage in the handshake", [.. ToldToGo, "ANY", "R: 250 what is this\r\n", "FIN", "IGNORE"], "TLS"),
        Row("R19", "A close in the handshake", [.. ToldToGo, "ANY", "FIN", "IGNORE"], "TLS"),
        Row("R19", "A reset in the handshake", [.. ToldToGo, "ANY", "RST", "IGNORE"], "TLS"),
        Row("R19", "A record without an end", [.. ToldToGo, "ANY", "R: \u0016\u0003\u0003\u00ff\u00ff" + new string('x', 1_000_000), "FIN", "IGNORE"], "TLS"),
    ]);

    public static TheoryData<string> Rows => Table.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_fault_costs_what_its_row_says(string row) => Table.PlayAsync(row);

    /// <summary>R17.</summary>
    [Fact]
    public async Task What_was_offered_in_clear_counts_for_nothing_after_the_handshake()
    {
        await using var box = await StartAsync(SandboxTls.StartTls);
        var hellos = 0;
        box.Server.Faults.OnCommand = (verb, _) => verb == "EHLO" && Interlocked.Increment(ref hellos) == 2 ? SandboxAction.Reply(250, "sandbox") : null;

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal((AnswerKind.Unavailable, 2, 0), (answer.Kind, hellos, box.Journal.Count("AUTH")));
        Assert.Contains("the host offers no login", answer.Reason, StringComparison.Ordinal);
    }

    /// <summary>R20.</summary>
    [Theory]
    [InlineData("250-jane\r\n250 jo")]
    [InlineData("250-jane\r\n")]
    [InlineData("25")]
    [InlineData("")]
    public async Task A_reply_that_TLS_breaks_off_is_none(string part)
    {
        await using var box = await StartAsync(SandboxTls.Implicit);
        box.Server.Faults.OnCommand = (verb, _) => verb == "VRFY" ? SandboxAction.Raw(part).ThenClose() : null;

        var answer = await box.Host.VerifyAsync("jane", SandboxedHost.Token);

        Assert.Equal((AnswerKind.Unavailable, 0), (answer.Kind, box.Host.Snapshot().PositiveEntries));
    }

    /// <summary>R21.</summary>
    [Fact]
    public async Task A_host_that_says_too_much_within_TLS_is_not_believed()
    {
        await using var box = await StartAsync(SandboxTls.Implicit);
        box.Server.Faults.RawGreeting = "220 x\r\n250 y\r\n"u8.ToArray();

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal((AnswerKind.Unavailable, 0), (answer.Kind, box.Journal.Count("AUTH")));
        Assert.Contains("greeting: more came", answer.Reason, StringComparison.Ordinal);
    }

    static Fault Row(string rule, string what, string[] script, string says) => new(rule, what)
    {
        Host = [script],
        Ask = Jane,
        Gets = "unavailable",
        Says = says,
        Leaves = "cut",
        Define = options => options with { Tls = new RemoteTlsOptions { Implicit = false } },
    };

    static Task<SandboxedHost> StartAsync(SandboxTls tls) => SandboxedHost.StartAsync(
        SandboxProtocol.Smtp,
        options => options with { Tls = new RemoteTlsOptions { Implicit = tls == SandboxTls.Implicit, AllowInvalidCerts = true } },
        options => options with { Tls = tls });
}
