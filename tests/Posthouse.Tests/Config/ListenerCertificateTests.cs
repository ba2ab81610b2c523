using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Config;

/// <summary>What certificates and addresses a listener has.</summary>
public class ListenerCertificateTests
{
    static string Certificates { get; } = Certificate("a") + Certificate("b");

    static string Certificate(string id)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest($"CN={id}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return $"[certificate.{id}]\ncert = '''{made.ExportCertificatePem()}'''\nprivate-key = '''{key.ExportPkcs8PrivateKeyPem()}'''\n";
    }

    [Fact]
    public void Names_have_certificates_of_their_own()
    {
        var tls = ConfigText.Model($$"""
            [server.listener.l]
            bind = "127.0.0.1:0"
            tls = { enable = true, certificate = "a", sni = [ { subject = "MX.example.org", certificate = "b" }, { subject = "*.example.net", certificate = "a" } ] }
            {{Certificates}}
            """).Listeners.Single(l => l.Id == "l").Tls!;
        Assert.Equal([("mx.example.org", "CN=b"), ("*.example.net", "CN=a")], tls.Sni.Select(name => (name.Name, name.Certificate.Subject)));
    }

    [Theory]
    [InlineData("{ subject = \"x.example\", certificate = \"c\" }", "there is no [certificate.\"c\"]")]
    [InlineData("{ subject = \"x.example\", certificate = \"a\" }, { subject = \"X.example\", certificate = \"b\" }", "\"x.example\" has a certificate already")]
    [InlineData("{ subject = \"\", certificate = \"a\" }", "must be a domain name, or one behind \"*.\"")]
    [InlineData("{ subject = \"x.example\" }", "lacks certificate: it must be a table such as { subject = \"mx.example.org\", certificate = \"mx\" }")]
    [InlineData("{ subject = \"x.example\", certificat = \"a\" }", "is not a known key; did you mean \"certificate\"?")]
    [InlineData("\"x.example\"", "must be a table such as { subject = \"mx.example.org\", certificate = \"mx\" }")]
    public void What_is_wrong_with_a_name_is_told(string names, string fault) => Assert.Contains(
        ConfigText.Problems($"[server.listener.l]\nbind = \"127.0.0.1:0\"\ntls = {{ enable = true, certificate = \"a\", sni = [ {names} ] }}\n{Certificates}"),
        problem => problem.StartsWith("3:", StringComparison.Ordinal) && problem.Contains(": error: server.listener.l.tls.sni", StringComparison.Ordinal) && problem.EndsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void The_self_signed_one_is_the_same_at_each_reading()
    {
        const string Text = "[server]\nhostname = \"same.example.org\"\n[server.listener.l]\nbind = \"127.0.0.1:0\"\ntls.enable = true\n";
        Assert.Equal(Thumbprint(), Thumbprint());

        static string Thumbprint() => ConfigText.Model(Text).Listeners.Single(l => l.Id == "l").Tls!.Certificate.Thumbprint;
    }

    [Theory]
    [InlineData("0.0.0.0:2525", "127.0.0.1:2525", true)]
    [InlineData("127.0.0.1:2525", "0.0.0.0:2525", true)]
    [InlineData("[::]:2525", "127.0.0.1:2525", true)]
    [InlineData("[::]:2525", "0.0.0.0:2525", true)]
    [InlineData("[::]:2525", "[::1]:2525", true)]
    [InlineData("0.0.0.0:2525", "[::1]:2525", false)]
    [InlineData("0.0.0.0:2525", "127.0.0.1:2526", false)]
    [InlineData("127.0.0.1:2525", "127.0.0.2:2525", false)]
    public void Addresses_that_cannot_be_had_beside_each_other_are_an_error(string one, string other, bool isError)
    {
        var why = (one + other).Contains("[::]", StringComparison.Ordinal) ? "[::] takes IPv4 too" : "0.0.0.0 takes every IPv4 address";
        var problems = ConfigText.Problems($"[server.listener.a]\nbind = \"{one}\"\n[server.listener.b]\nbind = \"{other}\"\n");
        Assert.Equal(isError ? [$"4:8: error: server.listener.b.bind: {other} cannot be had beside {one} of listener \"a\": {why}"] : [], problems);
    }

    [Fact]
    public void A_key_that_the_system_does_not_know_is_a_problem()
    {
        // ML-DSA, which the cryptography below may or may not have; the key is no good either way.
        const string MlDsa44 = "2.16.840.1.101.3.4.3.17";
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            new X500DistinguishedName("CN=new"), new PublicKey(new Oid(MlDsa44), null, new AsnEncodedData(RandomNumberGenerator.GetBytes(1312))), HashAlgorithmName.SHA256);
        using var made = request.Create(new X500DistinguishedName("CN=ca"), X509SignatureGenerator.CreateForECDsa(signer), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200), [1]);
        var problem = Assert.Single(ConfigText.Problems($"[certificate.x]\ncert = '''{made.ExportCertificatePem()}'''\nprivate-key = '''{signer.ExportPkcs8PrivateKeyPem()}'''\n"));
        Assert.Contains(": error: certificate.x.private-key: is ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_by_its_bare_path_is_a_source()
    {
        var result = ConfigText.Parse("[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\ntls.ca = \"/nowhere/ca.pem\"\n");
        Assert.Contains(new ConfigSource("/nowhere/ca.pem", ConfigSourceKind.Value), result.Sources);
    }
}
