using Posthouse.Demo;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Demo;

public class DemoConfigurationTests
{
    [Fact]
    public void Only_ports_and_paths_differ_from_the_shipped_file()
    {
        var shipped = DemoConfiguration.Shipped().Split('\n');
        var written = DemoConfiguration.For("/tmp/x", lmtpPort: 40024, imapPort: 40143).Split('\n');

        Assert.Equal(shipped.Length, written.Length);
        Assert.Equal(
            [
                "bind = [\"127.0.0.1:0\"]",
                "bind = [\"127.0.0.1:0\"]",
                "cert = \"file:///tmp/x/certificate.pem\"",
                "private-key = \"file:///tmp/x/private-key.pem\"",
                "path = \"/tmp/x/queue\"",
                "port = 40024",
                "address = \"localhost\"",
                "port = 40143",
            ],
            written.Zip(shipped).Where(lines => lines.First != lines.Second).Select(lines => lines.First));
    }

    [Fact]
    public void The_file_of_a_run_loads_without_an_error()
    {
        var folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;
        try
        {
            DemoCertificate.Write(DemoConfiguration.CertificatePath(folder), DemoConfiguration.KeyPath(folder), TimeProvider.System).Dispose();

            var result = ConfigLoader.Parse(DemoConfiguration.For(folder, 40024, 40143), Path.Combine(folder, "posthouse.toml"), _ => new Nobody());

            Assert.DoesNotContain(result.Problems, problem => problem.IsError);
            Assert.Equal(["smtp", "submissions"], result.Model!.Listeners.Select(listener => listener.Id).Order());
            Assert.Equal(["imap", "lmtp"], result.Model.Remotes.Select(remote => remote.Id).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_remotes_are_the_documented_example_word_for_word()
    {
        var seed = """
            [remote."lmtp"]
            address = "localhost"
            port = 24
            protocol = "lmtp"
            concurrency = 10
            timeout = "1m"
            lookup = true
            [remote."lmtp".cache]
            entries = 1000
            ttl = {positive = "1d", negative = "1h"}
            [remote."lmtp".tls]
            implicit = false
            allow-invalid-certs = true
            [remote."lmtp".auth]
            username = "relay_server"
            secret = "123456"
            [remote."lmtp".limits]
            errors = 3
            requests = 50
            [remote."imap"]
            address = "mail.mydomain.org"
            port = 143
            protocol = "imap"
            concurrency = 10
            timeout = "1m"
            lookup = true
            [remote."imap".cache]
            entries = 1000
            ttl = {positive = "1d", negative = "1h"}
            [remote."imap".tls]
            implicit = false
            allow-invalid-certs = true
            """;

        var shipped = DemoConfiguration.Shipped();
        var remotes = shipped[shipped.IndexOf("[remote.", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(seed.Split('\n'), remotes);
    }

    sealed class Nobody : IMembership
    {
        public string Name => "list/domains";

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.No);
    }
}
