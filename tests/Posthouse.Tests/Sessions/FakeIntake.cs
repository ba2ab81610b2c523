using System.Text;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Sessions;

/// <summary>A queue in memory that shows what it was given.</summary>
sealed class FakeIntake : IMessageIntake
{
    public List<FakeMessage> Begun { get; } = [];
    public IEnumerable<FakeMessage> Committed => Begun.Where(m => m.Envelope is not null);
    public IntakeResult ProbeAnswer { get; set; } = IntakeResult.Committed;
    public IntakeResult CommitAnswer { get; set; } = IntakeResult.Committed;

    /// <summary>Held until completed, where set: a slow disk.</summary>
    public TaskCompletionSource? CommitGate { get; set; }

    public IntakeResult Probe(long size) => ProbeAnswer;

    public IIncomingMessage Begin()
    {
        var message = new FakeMessage(this, $"Q{Begun.Count + 1}");
        Begun.Add(message);
        return message;
    }
}

sealed class FakeMessage(FakeIntake intake, string id) : IIncomingMessage
{
    readonly MemoryStream _octets = new();
    long _length;

    public string QueueId => id;
    public MessageEnvelope? Envelope { get; private set; }
    public bool IsDisposed { get; private set; }
    public int Writes { get; private set; }

    /// <summary>Octets so far; may be asked while the session writes.</summary>
    public long Length => Interlocked.Read(ref _length);
    public int LongestWrite { get; private set; }
    public string Text => Encoding.Latin1.GetString(_octets.ToArray());

    /// <summary>The text without the header block of ours that a test is not about.</summary>
    public string ClientText => Text[(Text.IndexOf("+0000\r\n", StringComparison.Ordinal) + 7)..];

    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        Assert.False(IsDisposed);
        Writes++;
        LongestWrite = Math.Max(LongestWrite, octets.Length);
        _octets.Write(octets.Span);
        Interlocked.Add(ref _length, octets.Length);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IntakeResult> CommitAsync(MessageEnvelope envelope)
    {
        Assert.False(IsDisposed);
        if (intake.CommitGate is { } gate)
            await gate.Task;
        if (intake.CommitAnswer == IntakeResult.Committed)
            Envelope = envelope with { Recipients = [.. envelope.Recipients], FoundAt = [.. envelope.FoundAt] };
        return intake.CommitAnswer;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
