using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Schema;

namespace Posthouse.Tests.Config;

public class SchemaTests
{
    [Fact]
    public void No_key_is_described_twice()
    {
        // What a listener inherits is described once for [server] and once for its listeners; all else once.
        var names = ConfigSchema.Shapes.SelectMany(shape => shape.Keys.Select(key => $"{shape.Path}.{key.Name}")).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Every_key_says_what_it_takes() =>
        Assert.All(ConfigSchema.Shapes.SelectMany(shape => shape.Keys), key => Assert.NotEmpty(key.TypeName));

    [Theory]
    [InlineData("implict", "implicit")]
    [InlineData("IMPLICIT", "implicit")]
    [InlineData("implciit", "implicit")]
    [InlineData("max-recipient", "max-recipients")]
    [InlineData("a", null)]
    [InlineData("protocol", null)]
    [InlineData("", null)]
    public void A_close_word_is_what_was_meant(string written, string? expected) =>
        Assert.Equal(expected, DidYouMean.Closest(written, ["implicit", "max-recipients", "b"]));

    [Theory]
    [InlineData("[remote.a]\naddress = \"a\"\nprotocol = \"smtp\"\n[session.rcpt.lookup]\naddresses = [\"list/l\"]\n[list]\nl = \"x\"\n")]
    [InlineData("[session.rcpt.lookup]\naddresses = \"list/l\"\n[list]\nl = [\"x\"]\n")]
    public void One_value_stands_for_a_list_of_one(string text)
    {
        var model = ConfigText.Model(text);
        Assert.Equal("list/l", Assert.Single(ConfigText.Constant(model.Session.Rcpt.Addresses).Targets).ToString());
        Assert.True(model.Lists["l"].Contains("x"));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("\"false\"")]
    [InlineData("\"disable\"")]
    [InlineData("\"none\"")]
    [InlineData("\"Never\"")]
    [InlineData("[]")]
    public void Words_for_off_leave_a_setting_without_value(string off)
    {
        var model = ConfigText.Model($"[session.auth]\nlookup = {off}\nmechanisms = {off}\n[queue]\nschedule.notify = {off}\n");
        Assert.True(ConfigText.Constant(model.Session.Auth.Lookup).IsNone);
        Assert.Empty(ConfigText.Constant(model.Session.Auth.Mechanisms));
        Assert.Empty(ConfigText.Constant(model.Queue.Notify));
    }
}
