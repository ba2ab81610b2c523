using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Tests.Config;

namespace Posthouse.Tests.Lookups;

public sealed class ListWatchTests : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-list-");
    readonly FakeTimeProvider _time = new();
    readonly RecordingLog _log = new();
    readonly ListWatch _watch;
    IReadOnlyDictionary<string, AddressList> _lists = new Dictionary<string, AddressList>();
    int _writes;

    public ListWatchTests() => _watch = new ListWatch(() => _lists, _time, _log);

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    string FilePath => Path.Combine(_folder.FullName, "list");

    AddressList List => _lists["l"];

    /// <summary>Times differ however fast the test runs.</summary>
    void Write(string text)
    {
        File.WriteAllText(FilePath, text);
        File.SetLastWriteTimeUtc(FilePath, new DateTime(2026, 1, 1, 0, 0, ++_writes, DateTimeKind.Utc));
    }

    void Load(string text)
    {
        Write(text);
        _lists = ConfigText.Model($"[list]\nl = [\"inline.example\", \"file://{FilePath}\"]\n").Lists;
    }

    void Look() => _time.Advance(TimeSpan.FromSeconds(2));

    void LookTwice()
    {
        Look();
        Look();
    }

    [Fact]
    public void A_file_that_is_half_written_is_no_list()
    {
        Load("a.example\n");
        foreach (var half in (string[])["", "b.exam", "b.example\nc.ex"])
        {
            Write(half);
            Look();
            Assert.True(List.Contains("a.example"));
        }
        Write("b.example\nc.example\n");
        LookTwice();
        Assert.Equal((false, true, true), (List.Contains("a.example"), List.Contains("b.example"), List.Contains("c.example")));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void A_file_behind_a_link_is_read_when_it_or_the_link_has_changed_and_not_otherwise()
    {
        var link = Path.Combine(_folder.FullName, "link");
        Write("a.example\n");
        File.CreateSymbolicLink(link, FilePath);
        _lists = ConfigText.Model($"[list]\nl = \"file://{link}\"\n").Lists;
        LookTwice();
        LookTwice();
        Assert.Empty(_log.Lines);
        Write("b.example\n");
        LookTwice();
        Assert.True(List.Contains("b.example"));

        var other = Path.Combine(_folder.FullName, "other");
        File.WriteAllText(other, "c.example and longer\n".Replace(" and ", "-", StringComparison.Ordinal));
        File.Delete(link);
        File.CreateSymbolicLink(link, other);
        LookTwice();
        LookTwice();
        Assert.True(List.Contains("c.example-longer"));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void A_file_from_the_future_is_read_once()
    {
        Load("a.example\n");
        File.SetLastWriteTimeUtc(FilePath, DateTime.UtcNow.AddDays(1));
        for (var i = 0; i < 5; i++)
            Look();
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void A_file_that_changes_is_the_list_when_it_has_held_still()
    {
        Load("a.example\nbob:one\n");
        Write("b.example\nbob:two\n");
        Look();
        Assert.True(List.Contains("a.example"));
        Look();
        Assert.Equal((false, true, true), (List.Contains("a.example"), List.Contains("b.example"), List.Contains("inline.example")));
        Assert.Equal((false, true), (List.Login("bob").Matches("one"u8), List.Login("bob").Matches("two"u8)));
        Assert.Equal([$"Information list/l has 2 entries from {FilePath} from now on"], _log.Lines);
        Look();
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void A_change_of_the_same_length_is_noticed_by_its_time()
    {
        Load("a.example\n");
        Write("b.example\n");
        LookTwice();
        Assert.True(List.Contains("b.example"));
    }

    [Fact]
    public void A_file_that_vanishes_leaves_the_list_and_is_told_once()
    {
        Load("a.example\n");
        File.Delete(FilePath);
        Look();
        Look();
        Assert.True(List.Contains("a.example"));
        Assert.Equal([$"Error list/l keeps the 1 entries that it has from {FilePath}, which cannot be read: it is not there"], _log.Lines);
        Write("b.example\n");
        LookTwice();
        Assert.Equal((false, true), (List.Contains("a.example"), List.Contains("b.example")));
    }

    [Fact]
    public void A_bad_line_leaves_the_whole_list_and_is_told_once_without_its_secret()
    {
        Load("a.example\n");
        Write("b.example\nbob:{MD5}hidden\n");
        Look();
        Look();
        Assert.Equal((true, false), (List.Contains("a.example"), List.Contains("b.example")));
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith($"Error list/l keeps the 1 entries that it has from {FilePath}, which line 2: the hashed secret of \"bob\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", line, StringComparison.Ordinal);
        Write("b.example\nbob:secret\n");
        LookTwice();
        Assert.True(List.Contains("b.example"));
    }

    [Fact]
    public void The_lists_in_force_are_watched_and_no_others()
    {
        Load("a.example\n");
        var old = List;
        _lists = ConfigText.Model($"[list]\nl = \"file://{FilePath}\"\n").Lists;
        Write("b.example\n");
        LookTwice();
        Assert.True(List.Contains("b.example"));
        Assert.False(old.Contains("b.example"));
    }

    [Fact]
    public async Task Nothing_is_looked_at_behind_its_end()
    {
        Load("a.example\n");
        await _watch.DisposeAsync();
        Write("b.example\n");
        LookTwice();
        Assert.True(List.Contains("a.example"));
    }

    sealed class RecordingLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}{exception}");
    }
}
