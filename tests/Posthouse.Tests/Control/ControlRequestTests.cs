using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Control;

/// <summary>Requests over the control socket whose end does not depend on the queue.</summary>
public sealed class ControlRequestTests : IAsyncDisposable
{
    readonly RemoteHostRegistry _hosts = new([]);
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-test-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_word_ends_with_whoever_gave_it(bool isOnAll)
    {
        var control = new WaitingControl();
        await using var socket = await OpenAsync(control);
        using var queue = new QueueClient(_folder);
        using var interrupt = new CancellationTokenSource();
        var asked = isOnAll
            ? (Task)queue.ActOnAllAsync(null, QueueAction.Cancel, withReport: true, interrupt.Token)
            : queue.ActAsync("0000000000", QueueAction.Cancel, withReport: true, interrupt.Token);
        await control.Begun.Task.WaitAsync(Token);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.True(await control.IsGivenUp.Task.WaitAsync(Token));
    }

    [Fact]
    public async Task A_drop_that_a_full_disk_does_not_answer_keeps_no_gateway_from_ending()
    {
        var control = new WaitingControl();
        var socket = await OpenAsync(control);
        using var queue = new QueueClient(_folder);
        var asked = queue.DropAsync("0000000000", Token);
        await control.Begun.Task.WaitAsync(Token);
        await socket.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Assert.ThrowsAsync<IOException>(() => asked);
    }

    [Fact]
    public async Task A_gateway_that_ends_in_the_midst_of_a_word_is_not_said_to_be_none()
    {
        var control = new WaitingControl();
        var socket = await OpenAsync(control);
        using var queue = new QueueClient(_folder);
        var asked = queue.ActOnAllAsync(null, QueueAction.Cancel, withReport: true, Token);
        await control.Begun.Task.WaitAsync(Token);
        await socket.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
        var end = await Assert.ThrowsAsync<IOException>(() => asked);
        Assert.Contains("ended before it had answered", end.Message, StringComparison.Ordinal);
    }

    async Task<ControlSocket> OpenAsync(IQueueControl control) => await ControlSocket.OpenAsync(
        _folder, new ControlRequests(control, new RemoteRequests(_hosts), static _ => throw new NotSupportedException()), NullLogger.Instance, Token)
            ?? throw new InvalidOperationException("no socket");

    /// <summary>Does nothing until whoever asked is gone.</summary>
    sealed class WaitingControl : IQueueControl
    {
        internal TaskCompletionSource Begun { get; } = new();

        /// <summary>False after half a minute.</summary>
        internal TaskCompletionSource<bool> IsGivenUp { get; } = new();

        public async Task<QueueAnswer> ActAsync(string id, QueueAction action, bool withReport, CancellationToken cancellationToken)
        {
            await WaitAsync(cancellationToken);
            return QueueAnswer.Done;
        }

        public async Task<QueueActionCounts> ActOnAllAsync(string? hop, QueueAction action, bool withReport, CancellationToken cancellationToken)
        {
            await WaitAsync(cancellationToken);
            return new(0, 0, 0, 0, 0, 0);
        }

        public Task<QueueAnswer> DropAsync(string id)
        {
            Begun.SetResult();
            return new TaskCompletionSource<QueueAnswer>().Task;
        }

        public Task<IReadOnlyList<QueueEntry>> ListAsync(string after, int most) => throw new NotSupportedException();

        public Task<QueueEntryDetail?> ShowAsync(string id) => throw new NotSupportedException();

        async Task WaitAsync(CancellationToken cancellationToken)
        {
            Begun.SetResult();
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
                IsGivenUp.SetResult(false);
            }
            catch (OperationCanceledException)
            {
                IsGivenUp.SetResult(true);
                throw;
            }
        }
    }
}
