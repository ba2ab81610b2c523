using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Relaying;
using Posthouse.Sandbox;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Sessions;

/// <summary>A session whose mail goes through to a sandbox: the client's side, the queue, and the hop.</summary>
sealed class CutThroughStage : IAsyncDisposable
{
    public const string Hop = "box";

    readonly TimeSpan? _patience;

    CutThroughStage(SandboxServer sink, SandboxAccounts accounts, TimeSpan? patience)
    {
        _patience = patience;
        Sink = sink;
        Accounts = accounts;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public SandboxServer Sink { get; }

    public SandboxAccounts Accounts { get; }

    public SandboxJournal Journal => Sink.Journal;

    public RemoteHost Host { get; private set; } = null!;

    public SessionUnderTest Session { get; private set; } = null!;

    /// <param name="hop">What the hop speaks.</param>
    /// <param name="lmtp">What the client speaks.</param>
    /// <param name="define">Changes the hop's definition.</param>
    /// <param name="queue">Changes the queue's model.</param>
    /// <param name="patience">For each step before the dot; null = as it is. Whoever lets much time pass behind the dot may do so before the gateway knows that it has left.</param>
    /// <param name="most">Octets of a message that the hop takes.</param>
    internal static async Task<CutThroughStage> StartAsync(
        SandboxProtocol hop = SandboxProtocol.Smtp, bool lmtp = false, Func<RemoteHostOptions, RemoteHostOptions>? define = null, Func<QueueModel, QueueModel>? queue = null,
        TimeSpan? patience = null, QuotaLedger? quotas = null, long most = 50 << 20)
    {
        var accounts = new SandboxAccounts();
        foreach (var name in (string[])["jane", "joe", "user1", "user2"])
            accounts.AddUser($"{name}@example.org", "tulip");
        var stage = new CutThroughStage(new SandboxServer(new SandboxOptions { Protocol = hop, Accounts = accounts, MaxMessageSize = most }), accounts, patience);
        await stage.Sink.StartAsync(Token);
        var options = new RemoteHostOptions
        {
            Id = Hop,
            Address = "127.0.0.1",
            Port = stage.Sink.Port,
            Protocol = hop == SandboxProtocol.Smtp ? RemoteProtocol.Smtp : RemoteProtocol.Lmtp,
            HelloName = "gw.example.org",
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
        };
        var session = new SessionUnderTest();
        session.Quotas = quotas ?? session.Quotas;
        stage.Host = new RemoteHost(define?.Invoke(options) ?? options, new RemoteHostServices { Time = session.Time });
        await stage.OpenAsync(session, lmtp, queue);
        return stage;
    }

    /// <summary>Another session in place of the one before.</summary>
    public async Task ReopenAsync(bool lmtp = false)
    {
        await Session.DisposeAsync();
        await OpenAsync(new SessionUnderTest(), lmtp, null);
    }

    public async Task PlayAsync(string dialogue) => await Session.PlayAsync(dialogue);

    /// <summary>MAIL and the recipients, each of which must be taken.</summary>
    public async Task EnvelopeAsync(params string[] recipients)
    {
        await PlayAsync("C: MAIL FROM:<ann@b.example>\nS: 250 2.1.0…");
        foreach (var recipient in recipients)
            await PlayAsync($"C: RCPT TO:<{recipient}>\nS: 250 2.1.5…");
    }

    /// <summary>A whole message; the reply to its end.</summary>
    public async Task<string> SendAsync(params string[] recipients)
    {
        await EnvelopeAsync(recipients);
        return await DataAsync();
    }

    public async Task<string> DataAsync()
    {
        await PlayAsync("C: DATA\nS: 354 …");
        await Session.SendAsync("Subject: x\r\n\r\nx\r\n.\r\n");
        return (await Session.LineAsync())!;
    }

    /// <summary>Lets fake time pass until something has come of it.</summary>
    public async Task PassAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            Token.ThrowIfCancellationRequested();
            Session.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    /// <summary>Whether the sink has a message for a mailbox, and how many.</summary>
    public int At(string mailbox) => Accounts.Messages(mailbox).Count;

    public static string Lines(int octets)
    {
        var text = new StringBuilder();
        while (text.Length < octets)
            text.Append("A line of text of some seventy characters, as a mail body usually has.\r\n");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await Host.DisposeAsync();
        await Sink.DisposeAsync();
    }

    async Task OpenAsync(SessionUnderTest session, bool lmtp, Func<QueueModel, QueueModel>? queue)
    {
        // Whoever lets fake time pass until something has come of it may overshoot; a session's own time is not what is tested.
        session.With(static model => model with { Timeout = TimeSpan.FromDays(10), Duration = TimeSpan.FromDays(20) });
        Session = lmtp ? session.Lmtp() : session;
        var model = new QueueModel { NextHop = NextHop.To(Hop), Delivery = DeliveryMode.CutThrough };
        Session.Queue = queue?.Invoke(model) ?? model;
        Session.NextHops = new OneHop(Host, _patience);
        await Session.GreetedAsync(lmtp ? "LHLO client.example.net" : "EHLO client.example.net");
    }

    sealed class OneHop(RemoteHost host, TimeSpan? longer) : INextHops
    {
        public LiveRelay? TryBegin(string hop, MailCommand mail, TimeSpan patience, ClientIdentity? client) =>
            hop == Hop ? host.TryBeginRelay(mail, longer ?? patience, client) : null;
    }
}
