using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Quotas;

/// <summary>The queue as sessions see it: nothing is committed that a quota has no room for.</summary>
sealed class QuotaIntake(IMessageIntake queue, QuotaLedger ledger) : IMessageIntake
{
    public IntakeResult Probe(long size) => queue.Probe(size);

    public IIncomingMessage Begin() => new Message(queue.Begin(), ledger);

    sealed class Message(IIncomingMessage message, QuotaLedger ledger) : IIncomingMessage
    {
        long _size;

        public string QueueId => message.QueueId;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
        {
            _size += octets.Length;
            return message.WriteAsync(octets, cancellationToken);
        }

        public async ValueTask<IntakeResult> CommitAsync(MessageEnvelope envelope)
        {
            var key = MessageKey.TryParse(QueueId, out var parsed) ? parsed : throw new InvalidOperationException($"{QueueId} is no id of the queue.");
            var reserved = await ledger.ReserveAsync(key, envelope, _size).ConfigureAwait(false);
            if (reserved != IntakeResult.Committed)
                return reserved;
            var result = IntakeResult.Failed;
            try
            {
                return result = await message.CommitAsync(envelope).ConfigureAwait(false);
            }
            finally
            {
                if (result != IntakeResult.Committed)
                    ledger.Counts.Leave(key, null);
            }
        }

        public ValueTask DisposeAsync() => message.DisposeAsync();
    }
}
