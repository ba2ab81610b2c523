using System.Text;
using CsCheck;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Effective;
using Posthouse.Gateway.Config.Importing;

namespace Posthouse.Tests.Config;

/// <summary>Valid files with a few octets changed come further than noise does.</summary>
public class MutatedFileTests
{
    const string Valid =
        """
        include = ["conf.d/none-*.toml"]
        [server]
        hostname = "mx.example.org"
        greeting = [ { if = "remote-ip", eq = "10.0.0.0/8", then = "inside" }, { else = "outside" } ]
        [server.listener."smtp"]
        bind = ["127.0.0.1:25", "[::1]:25"]
        [remote."imap.one"]
        address = ["127.0.0.1:143", "imap.example.org"]
        protocol = "imap"
        lookup = true
        timeout = "1m30s"
        tls = { implicit = false, starttls = "require" }
        cache.ttl.positive = '1d'
        [session.auth]
        mechanisms = ["plain", "login"]
        lookup = "remote/imap.one"
        errors.total = 3
        [session.rcpt]
        relay = [ { all-of = [ { rule = "known" }, { if = "sender", not-matches = "^(a|b)+$" } ], then = true }, { else = false } ]
        lookup.domains = "list/domains"
        [list]
        domains = ["example.org", 'example.net', "jane:secret"]
        [rule]
        known = { none-of = [ { if = "rcpt-domain", in-list = "list/domains" } ] }
        [[queue.quota]]
        key = ["sender"]
        size = "25MB"
        [directory."old"]
        type = "smtp"
        host = "127.0.0.1"
        [sieve]
        x = 1.5
        """;

    static readonly byte[] Octets = Encoding.UTF8.GetBytes(Valid);

    static readonly byte[] Telling = "[]{}=,.\"'\\#\n\0"u8.ToArray();

    static readonly Gen<(int At, int Cut, byte[] Put)> Change = Gen.Select(
        Gen.Int[0, Octets.Length], Gen.Int[0, 12], Gen.OneOf(Gen.Byte, Gen.Int[0, Telling.Length - 1].Select(i => Telling[i])).Array[0, 6]);

    [Fact]
    public void A_valid_file_with_octets_changed_gives_a_model_or_problems() => Change.Array[1, 5].Sample(
        changes =>
        {
            var octets = Octets.ToList();
            foreach (var (at, cut, put) in changes)
            {
                var from = Math.Min(at, octets.Count);
                octets.RemoveRange(from, Math.Min(cut, octets.Count - from));
                octets.InsertRange(from, put);
            }
            Reads([.. octets]);
        },
        iter: 2000);

    [Fact]
    public void Any_octets_in_a_file_give_a_model_or_problems()
    {
        var file = Path.Combine(Path.GetTempPath(), $"posthouse-test-{Guid.NewGuid():N}.toml");
        try
        {
            Gen.Byte.Array[0, 100].Sample(
                octets =>
                {
                    File.WriteAllBytes(file, octets);
                    var result = ConfigLoader.Load(file, _ => throw new InvalidOperationException());
                    Assert.Equal(result.Model is null, result.Problems.Any(p => p.IsError));
                },
                iter: 300, threads: 1);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static void Reads(byte[] octets)
    {
        var text = Encoding.Latin1.GetString(octets);
        var result = ConfigText.Parse(text);
        Assert.Equal(result.Model is null, result.Problems.Any(p => p.IsError));
        Assert.All(result.Problems, p => Assert.True(p.Line >= 1 && p.Column >= 1 && !p.ToString().Any(char.IsControl)));
        if (result.Model is not null)
            Assert.NotEmpty(EffectiveConfiguration.Of(EffectiveConfiguration.ReadTables(text, ConfigText.File)));
        if (DirectoryImport.Parse(text, ConfigText.File).Toml is { } toml)
            Assert.DoesNotContain(ConfigText.Parse(toml).Problems, p => p.IsError);
    }
}
