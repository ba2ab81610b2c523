using System.Globalization;
using System.Text;
using Posthouse.Gateway.Lists;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Tests.Secrets;

public sealed class KnownSecretsTests : IDisposable
{
    const string Hash = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_user_and_a_secret_are_known_together_or_not_at_all()
    {
        var known = new KnownSecrets();
        Assert.False(known.Contains("ann", "secret"u8));
        known.Add("ann", "secret"u8);
        Assert.True(known.Contains("ann", "secret"u8));
        Assert.False(known.Contains("bob", "secret"u8));
        Assert.False(known.Contains("ann", "secre"u8));
        Assert.False(known.Contains("anns", "ecret"u8));
        Assert.False(new KnownSecrets().Contains("ann", "secret"u8));
    }

    [Fact]
    public void There_are_no_more_of_them_than_a_bound()
    {
        var known = new KnownSecrets();
        for (var i = 0; i <= KnownSecrets.Most; i++)
            known.Add("ann", Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)));
        Assert.False(known.Contains("ann", "0"u8));
        Assert.True(known.Contains("ann", Encoding.ASCII.GetBytes(KnownSecrets.Most.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_list_that_is_read_anew_knows_nobody()
    {
        File.WriteAllText(_file, $"ann:{Hash}\n");
        var reading = ListFile.Read(_file);
        var part = new ListPart(_file, reading.Content!, reading.State);
        Assert.False(Login(part).Remembers("secret"u8));
        Assert.True(Login(part).Matches("secret"u8));
        Assert.True(Login(part).Remembers("secret"u8));
        File.WriteAllText(_file, $"# changed\nann:{Hash}\n");
        Assert.Null(part.Refresh());
        Assert.NotNull(part.Refresh());
        Assert.False(Login(part).Remembers("secret"u8));
    }

    static ListedLogin Login(ListPart part)
    {
        List<StoredSecret> secrets = [];
        part.Content.AddSecrets("ann", secrets);
        return new ListedLogin(secrets);
    }
}
