using System.Text;
using Posthouse.Gateway.Lists;

namespace Posthouse.Tests.Lists;

public sealed class ListFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-list-");

    public void Dispose() => _folder.Delete(recursive: true);

    ListReading Read(byte[] octets)
    {
        var path = Path.Combine(_folder.FullName, "list");
        File.WriteAllBytes(path, octets);
        return ListFile.Read(path);
    }

    ListReading Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Blank_lines_comments_and_blanks_around_an_entry_say_nothing()
    {
        var content = Read("\uFEFFexample.org\r\n\r\n# bob:secret\n  \t\n\t ann@example.org \n#\nlast.example").Content!;
        Assert.Equal(3, content.Count);
        Assert.All(["example.org", "ann@example.org", "last.example"], entry => Assert.True(content.Contains(entry)));
    }

    [Fact]
    public void A_pipe_is_no_list()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var reading = ListFile.Read($"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}");
        Assert.Equal("cannot be read: it is a pipe or a device, and a list is read again when it changes", Assert.Single(reading.Faults).ToString());
    }

    [Theory]
    [InlineData("example.org   # ours")]
    [InlineData("example.org example.net")]
    [InlineData("\"bob\"@example.org # ours")]
    public void A_blank_in_a_member_is_a_fault(string line) =>
        Assert.Equal(new ListFault(1, "an entry has a blank, as no domain or address does; a comment stands in a line of its own"), Assert.Single(Read(line).Faults));

    [Theory]
    [InlineData("\"bob # smith\"@example.org")]
    [InlineData("bob:a secret # with blanks")]
    public void A_blank_in_quotes_or_in_a_secret_is_none(string line) => Assert.Equal(1, Read(line).Content!.Count);

    [Fact]
    public void A_file_may_be_empty() => Assert.Equal(0, Read("").Content!.Count);

    [Fact]
    public void Every_line_is_read_whole_wherever_the_buffer_ends()
    {
        // 64 KiB and lengths that do not divide it, so that a line lies across each of its ends.
        var entries = Enumerable.Range(0, 20_000).Select(i => $"user{i}@{new string('d', i % 61)}.example").ToList();
        var content = Read(string.Join('\n', entries)).Content!;
        Assert.Equal(entries.Count, content.Count);
        Assert.All(entries, entry => Assert.True(content.Contains(entry)));
    }

    [Fact]
    public void Each_fault_has_its_line_and_no_secret()
    {
        var reading = Read($"a@b.example\n# x\nbob:{{MD5}}hidden\n\n{new string('x', 513)}\nann:$2b$hidden\n");
        Assert.Null(reading.Content);
        Assert.Equal([3, 5, 6], reading.Faults.Select(fault => fault.Line));
        Assert.DoesNotContain("hidden", string.Concat(reading.Faults), StringComparison.Ordinal);
        Assert.StartsWith("line 3: the hashed secret of \"bob\" has a scheme that is not known", reading.Faults[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("line 5: an entry has more than 512 characters", reading.Faults[1].ToString());
    }

    [Fact]
    public void What_is_not_UTF_8_is_a_fault_of_its_line() =>
        Assert.Equal(new ListFault(2, "is not UTF-8 text"), Assert.Single(Read([.. "a.example\n"u8, 0xff, .. ".example\n"u8]).Faults));

    [Fact]
    public void A_line_without_end_is_a_fault_and_not_a_flood_of_them()
    {
        var faults = Read(new string('x', 3_000_000)).Faults;
        Assert.InRange(faults.Count, 1, 20);
        Assert.Equal(new ListFault(1, EntrySyntax.TooLong), faults[0]);
    }

    [Fact]
    public void Of_many_bad_lines_the_first_twenty_are_told() =>
        Assert.Equal(Enumerable.Range(1, 20), Read(string.Concat(Enumerable.Repeat("bob:\n", 100_000))).Faults.Select(fault => fault.Line));

    [Fact]
    public void A_user_with_too_many_secrets_is_a_fault_of_the_file() =>
        Assert.Equal("a user has more than 16 secrets", Assert.Single(Read(string.Concat(Enumerable.Range(0, 17).Select(i => $"bob:{i}\n"))).Faults).ToString());

    [Fact]
    public void A_file_that_is_not_there_is_a_fault() =>
        Assert.Equal("cannot be read: it is not there", Assert.Single(ListFile.Read(Path.Combine(_folder.FullName, "none")).Faults).ToString());
}
