using Posthouse.Demo;

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
}
