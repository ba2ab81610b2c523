using Posthouse.Gateway.Config.Sections;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Config;

/// <summary>What the configuration's check accepts, the remote hosts take: nothing is refused only at the start.</summary>
public class AcceptedRemoteTests
{
    static readonly string[] Values =
    [
        "0", "1", "-1", "7", "65535", "65536", "2147483647", "9223372036854775807", "true", "false", "\"\"", "\" \"", "\"off\"", "\"x\"", "\"0s\"", "\"1ms\"", "\"24d\"",
        "\"25d\"", "\"400d\"", "\"10000000d\"", "\"EXAMPLE.org\"", "\"a_b.example\"", "\"unix:/run/x\"", "\"[::1]:0\"", "\"h:0\"", "[]", "[\"\"]", "[\"a\", \"A\"]", "\"xclient\"",
        "\"imap-id\"", "\"proxy-v2\"", "\"require\"", "\"lower\"",
    ];

    [Theory]
    [InlineData("smtp")]
    [InlineData("lmtp")]
    [InlineData("imap")]
    public void Whatever_value_a_key_has(string protocol)
    {
        var accepted = 0;
        foreach (var key in RemoteKeys.Shape.Keys)
        {
            foreach (var value in Values)
            {
                var lines = new Dictionary<string, string> { ["address"] = "\"h.example\"", ["protocol"] = $"\"{protocol}\"", [key.Name] = value };
                if (key.Name == "auth.username")
                    lines["auth.secret"] = "\"s\"";
                accepted += CheckAccepted($"[remote.a]\n{string.Concat(lines.Select(line => $"{line.Key} = {line.Value}\n"))}");
            }
        }
        Assert.InRange(accepted, 100, int.MaxValue);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("off")]
    [InlineData("None")]
    [InlineData("a.b c")]
    public void Whatever_its_name_is(string id)
    {
        var text = $"[remote.\"{id}\"]\naddress = \"h.example\"\nprotocol = \"smtp\"\n";
        if (CheckAccepted(text) == 0)
            Assert.Equal($"1:9: error: remote.\"{id}\": \"{id}\" cannot be the name of a remote: a setting takes it for none", Assert.Single(ConfigText.Problems(text)));
        else
            Assert.Equal("a.b c", id);
    }

    static int CheckAccepted(string text)
    {
        var result = ConfigText.Parse(text + "[server]\nhostname = \"mx.example.org\"\n");
        foreach (var remote in result.Model?.Remotes ?? [])
            Assert.Null(Record.Exception(remote.ThrowIfInvalid));
        return result.Model?.Remotes.Count ?? 0;
    }
}
