using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Config;

/// <summary>What is written of a remote host is what its definition says.</summary>
public sealed class RemoteDefinitionTests : IDisposable
{
    const string Pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-remote-");
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 _certificate;

    public RemoteDefinitionTests() => _certificate = new CertificateRequest("CN=own", _key, HashAlgorithmName.SHA256)
        .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("\"mail.example\"", "mail.example")]
    [InlineData("\"mail.example:2525\"", "mail.example:2525")]
    [InlineData("\"10.0.0.1:25\"", "10.0.0.1:25")]
    [InlineData("\"::1\"", "::1")]
    [InlineData("\"[::1]\"", "::1")]
    [InlineData("\"[2001:db8::1]:25\"", "[2001:db8::1]:25")]
    [InlineData("\"unix:/run/dovecot/lmtp\"", "unix:/run/dovecot/lmtp")]
    [InlineData("[\"a.example\", \"b.example:26\", \"unix:/run/lmtp\"]", "a.example, b.example:26, unix:/run/lmtp")]
    public void Addresses(string written, string expected) =>
        Assert.Equal(expected, Remote($"[remote.a]\naddress = {written}\nprotocol = \"smtp\"\n").Address.ToString());

    [Fact]
    public void Every_key_of_a_remote()
    {
        var remote = Remote($"""
            [remote.a]
            address = "a.example"
            protocol = "imap"
            forward-client = "imap-id"
            tls = {"{"} server-name = "b.example", pin = ["{Pin}", "sha256//{Pin}", "SHA256:{Pin}"] {"}"}
            limits.warm = 3
            cache = {"{"} stale = "2h", refresh = "7m" {"}"}
            login = {"{"} rewrite = "local-part", domains = ["Example.ORG", "b.example"] {"}"}
            breaker = {"{"} failures = 2, cooldown = "4s" {"}"}

            """);
        Assert.Equal(("b.example", 3, ForwardClient.ImapId), (remote.Tls.ServerName, remote.Limits.Warm, remote.ForwardClient));
        Assert.Equal([Pin, Pin, Pin], remote.Tls.Pins);
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromMinutes(7)), (remote.Cache.Stale, remote.Cache.Refresh));
        Assert.Equal(LoginRewrite.LocalPart, remote.Login.Rewrite);
        Assert.Equal(["example.org", "b.example"], remote.Login.Domains);
        Assert.Equal(new RemoteBreakerOptions { Failures = 2, Cooldown = TimeSpan.FromSeconds(4) }, remote.Breaker);
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var remote = Remote("[remote.a]\naddress = \"a.example\"\nprotocol = \"imap\"\n");
        var plain = new RemoteHostOptions { Id = "a", Address = "a.example", Protocol = RemoteProtocol.Imap, HelloName = "mx.example.org" };
        Assert.Equal(plain, remote);
    }

    [Theory]
    [InlineData("stale = false", "refresh = \"rarely\"", false)]
    [InlineData("stale = \"off\"", "refresh = \"off\"", true)]
    [InlineData("stale = \"none\"", "refresh = false", true)]
    public void Answers_are_neither_stale_nor_refreshed_where_that_is_off(string stale, string refresh, bool isRead)
    {
        var text = $"[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\nlookup = true\ncache = {"{"} {stale}, {refresh} {"}"}\n";
        if (!isRead)
        {
            Assert.Contains("remote.a.cache.refresh: must be", Assert.Single(ConfigText.Problems(text)), StringComparison.Ordinal);
            return;
        }
        var cache = Remote(text).Cache;
        Assert.Equal((TimeSpan.Zero, TimeSpan.MaxValue), (cache.Stale, cache.Refresh));
    }

    [Theory]
    [InlineData("file://")]
    [InlineData("")]
    public void Authorities_are_a_file_however_it_is_named(string macro)
    {
        var path = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(path, _certificate.ExportCertificatePem() + "\n");
        AssertAuthority($"\"{macro}{path}\"");
    }

    [Fact]
    public void Authorities_may_stand_in_the_text_itself() => AssertAuthority($"'''\n{_certificate.ExportCertificatePem()}\n'''");

    [Fact]
    public void A_certificate_of_our_own_is_one_that_is_defined_anywhere_in_the_file()
    {
        var remote = Remote($"""
            [remote.a]
            address = "a"
            protocol = "smtp"
            tls.certificate = "own"
            [certificate.own]
            cert = '''
            {_certificate.ExportCertificatePem()}
            '''
            private-key = '''
            {_key.ExportPkcs8PrivateKeyPem()}
            '''

            """);
        Assert.Equal(_certificate.Thumbprint, remote.Tls.Certificate!.Leaf.Thumbprint);
        Assert.True(remote.Tls.Certificate.Leaf.HasPrivateKey);
    }

    void AssertAuthority(string ca)
    {
        var remote = Remote($"[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\ntls.ca = {ca}\n");
        Assert.Equal(_certificate.Thumbprint, Assert.Single(remote.Tls.Authorities!.Certificates).Thumbprint);
    }

    static RemoteHostOptions Remote(string text) => Assert.Single(ConfigText.Model(text).Remotes);
}
