using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

public class SecretTests
{
    const string Canary = "c4n4ry-s3cret";

    [Theory]
    [InlineData("500 5.5.2 what is {0}")]
    [InlineData("501 bad {0}")]
    [InlineData("421 4.7.0 bad {0}")]
    public async Task A_host_that_repeats_the_login_finds_no_echo_here(string reply)
    {
        var dialler = new ScriptedDialler(Session, Session);
        var log = new KeptLog();
        await using (var own = Host("relay"))
        await using (var users = Host(null))
        {
            var relayed = await own.RelayAsync(SandboxedHost.Request("a: b\r\n\r\n", "jane@example.org"), SandboxedHost.Token);
            using var credentials = new Credentials("jane", Encoding.UTF8.GetBytes(Canary));
            var asked = await users.AuthenticateAsync(credentials, SandboxedHost.Token);
            Assert.Equal(AnswerKind.Unavailable, asked.Kind);
            log.Lines.Enqueue($"{asked} {asked.Reply} {relayed.Outcomes[0]} {relayed.Outcomes[0].Reply} {own.Options}");
        }
        await dialler.PlayedAsync();

        Assert.Contains(log.Lines, line => line.Contains("remote.box.auth", StringComparison.Ordinal));
        Assert.All(log.Lines, line =>
        {
            Assert.DoesNotContain(Canary, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Encoded("relay"), line, StringComparison.Ordinal);
            Assert.DoesNotContain(Encoded("jane"), line, StringComparison.Ordinal);
        });

        async Task Session(ScriptedPeer peer)
        {
            await peer.GreetAsync("250 AUTH PLAIN");
            var line = await peer.LineAsync();
            Assert.StartsWith("AUTH PLAIN ", line, StringComparison.Ordinal);
            await peer.SayAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, reply, $"{line} {Canary}") + "\r\n");
        }

        RemoteHost Host(string? user) => new(
            new RemoteHostOptions
            {
                Id = "box",
                Address = "scripted",
                Protocol = RemoteProtocol.Smtp,
                Lookup = true,
                HelloName = "post.example",
                Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
                Auth = user is null ? null : new RemoteAuthOptions(user, Canary),
            },
            new RemoteHostServices { Dialler = dialler, Loggers = log });
    }

    static string Encoded(string user) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{Canary}"));

    sealed class KeptLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
