using System.Runtime.CompilerServices;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

/// <summary>
/// Databases that the gateways of versions 1 to 3 made, with mail that waits, a recipient that has it, one that failed, a body of two chunks, and a message
/// that is gone.
/// </summary>
public sealed class OldStoreTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_queue_of_an_earlier_version_is_taken_over_whole(int version)
    {
        Take(version);
        Assert.Contains($"has version {version} and not 4", Assert.Throws<IOException>(() => StoreCheck.Run(_queue.Folder)).Message, StringComparison.Ordinal);
        for (var start = 0; start < 2; start++)
        {
            await using var store = _queue.Open();
            // The failed one had no report, so it is tried once more.
            Assert.Equal([0, 0, 1, 0], store.ReadBacklog().Select(static waiting => waiting.Ordinal));
            Assert.All(store.ReadBacklog(), static waiting => Assert.Equal((1, 0, false), (waiting.Attempts, waiting.Notices, waiting.IsHeld)));
            var read = store.ReadBacklog().Select(waiting => waiting.Key).Distinct().Select(key => store.Read(key)!).ToArray();
            Assert.Equal(["ann@example.org", "", "ann@example.org"], read.Select(static message => message.Envelope.Mail.ReversePath?.ToString() ?? ""));
            Assert.Equal(
                ["later@example.net good@example.net", "bad@example.net joe@example.net", "later@example.net"],
                read.Select(static message => string.Join(' ', message.Envelope.Recipients.Select(static one => one.Mailbox))));
            Assert.Equal([152, 155, 72172], read.Select(static message => message.Body.Length));
            Assert.EndsWith("Hello.\r\n", System.Text.Encoding.ASCII.GetString(await read[0].Body.OctetsAsync()), StringComparison.Ordinal);
            Assert.Equal(72172, (await read[2].Body.OctetsAsync()).Length);
            Assert.Equal(version > 1, read[0].Envelope.Origin.RemotePort > 0);
        }
        Assert.Empty(StoreCheck.Run(_queue.Folder).Problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_taken_over_can_be_marked_and_goes(int version)
    {
        Take(version);
        await using (var store = _queue.Open())
        {
            foreach (var together in store.ReadBacklog().GroupBy(static waiting => waiting.Key))
                store.Record(together.Key, [.. together.Select(static waiting => new RecipientMark(waiting.Ordinal, RecipientState.Delivered, 2, Letters.Now, false, "250 ok"))]);
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], Letters.Envelope("bob@example.net")));
            await store.Committed.ReadAsync(Cancel);
        }
        Assert.Equal(1, _queue.Count("message"));
        Assert.Equal(1, _queue.Count("chunk"));
        Assert.Empty(StoreCheck.Run(_queue.Folder).Problems);
    }

    void Take(int version, [CallerFilePath] string here = "")
    {
        Directory.CreateDirectory(_queue.Folder);
        File.Copy(Path.Combine(Path.GetDirectoryName(here)!, "Old", $"version-{version}.db"), Path.Combine(_queue.Folder, "queue.db"));
    }
}
