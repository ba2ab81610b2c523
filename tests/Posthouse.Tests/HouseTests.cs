using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Posthouse.Tests;

/// <summary>The arrows of DESIGN §1: between projects by their references, between rooms by the names their files use.</summary>
public class HouseTests
{
    [Theory]
    [InlineData("Posthouse.Wire", "")]
    [InlineData("Posthouse.Remotes", "Posthouse.Wire")]
    [InlineData("Posthouse.Sandbox", "Posthouse.Wire")]
    [InlineData("Posthouse.Gateway", "Posthouse.Remotes Posthouse.Wire")]
    [InlineData("Posthouse", "Posthouse.Gateway Posthouse.Sandbox")]
    public void A_project_references_only_what_stands_before_it(string project, string allowed)
    {
        string text = File.ReadAllText(Path.Combine(Source, project, project + ".csproj"));
        var references = Regex.Matches(text, "ProjectReference Include=\".*/([^/]+).csproj\"").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(allowed, string.Join(' ', references));
    }

    [Theory]
    [InlineData("Posthouse.Gateway/Rules", @"Gateway\.(Sessions|Config|Queue|Delivery|Control|Listening|Lookups|Model)\b")]
    [InlineData("Posthouse.Gateway/Secrets", @"Gateway\.(Rules|Lists|Sessions|Config|Queue|Delivery|Control|Listening|Lookups|Model)\b")]
    [InlineData("Posthouse.Gateway/Lists", @"Gateway\.(Sessions|Config|Queue|Delivery|Control|Listening|Lookups|Model)\b")]
    [InlineData("Posthouse.Gateway/Model", @"Gateway\.(Sessions|Config|Queue|Delivery|Control|Listening|Lookups)\b")]
    [InlineData("Posthouse.Gateway/Bounds", @"Gateway\.(Sessions|Config|Queue|Quotas|Delivery|Control|Listening|Lookups)\b")]
    [InlineData("Posthouse.Gateway/Quotas", @"Gateway\.(Sessions|Config|Delivery|Control|Listening|Lookups)\b")]
    [InlineData("Posthouse.Gateway/Config", @"Gateway\.(Sessions|Queue|Delivery|Control|Listening|Lookups)\b")]
    [InlineData("Posthouse.Gateway/Queue", @"Gateway\.(Sessions|Delivery|Control|Listening|Lookups|Config|Bounds|Quotas)\b")]
    [InlineData("Posthouse.Gateway/Delivery", @"Gateway\.(Sessions|Control|Listening|Lookups|Config|Exchangers|Resolving)\b")]
    [InlineData("Posthouse.Gateway/Reports", @"Gateway\.(Sessions|Delivery|Control|Listening|Lookups|Config|Model|Rules)\b")]
    [InlineData("Posthouse.Gateway/Resolving", @"Gateway\.(Sessions|Config|Queue|Delivery|Control|Listening|Lookups|Exchangers)\b")]
    [InlineData("Posthouse.Gateway/Exchangers", @"Gateway\.(Sessions|Config|Control|Listening|Lookups)\b")]
    [InlineData("Posthouse.Gateway/!Resolving", @"using DnsClient")]
    [InlineData("Posthouse.Gateway/Sessions", @"Gateway\.(Control|Listening|Lookups|Config|Delivery)\b|Remotes\.(Hosts|Pooling|Lookups)\b")]
    [InlineData("Posthouse.Gateway/!Listening", @"AspNetCore\.Server\.Kestrel")]
    [InlineData("Posthouse.Wire", @"System\.(Net\.Sockets|Threading\.Tasks)\b|Microsoft\.Extensions")]
    [InlineData("Posthouse.Remotes", @"AspNetCore|Tomlyn")]
    public void A_room_does_not_name_what_lies_behind_it(string room, string forbidden)
    {
        string[] parts = room.Split("/!");
        string except = parts.Length > 1 ? Path.Combine(Source, parts[0], parts[1]) : "\0";
        var sources = Directory.GetFiles(Path.Combine(Source, parts[0]), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.StartsWith(except, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, f => Regex.IsMatch(File.ReadAllText(f), forbidden));
    }

    [Theory]
    [InlineData("Posthouse.Remotes")]
    [InlineData("Posthouse.Gateway")]
    public void A_log_event_has_an_id_of_its_own(string project)
    {
        var ids = Directory.GetFiles(Path.Combine(Source, project), "*Log.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Regex.Matches(File.ReadAllText(file), @"LoggerMessage\((?:EventId = )?(\d+)").Select(static match => match.Groups[1].Value)).ToList();
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(static id => id).Where(static group => group.Count() > 1).Select(static group => group.Key));
    }

    static string Source => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src"));

    static string Here([CallerFilePath] string path = "") => path;
}
