namespace Posthouse.Gateway.Queue;

/// <summary>One thing for the writer to do; several become one transaction.</summary>
abstract class StoreWrite
{
    /// <summary>Brings mail in, and may be refused for want of room. Anything else is about mail that is here already and must not be forgotten.</summary>
    internal virtual bool IsIntake => false;

    /// <summary>Who waits for it can be told that nothing was done, and come again.</summary>
    internal virtual bool IsRefusable => IsIntake;

    /// <summary>Its name in a <see cref="CrashPoint"/>.</summary>
    internal abstract string Kind { get; }

    /// <summary>Someone waits for it; what is not urgent waits for company, at most 50 ms.</summary>
    internal virtual bool IsUrgent => IsIntake;

    /// <summary>Has to be on disk when it is answered.</summary>
    internal virtual bool IsDurable => true;

    /// <summary>Roughly what it adds to the log.</summary>
    internal virtual int Weight => StoreDatabase.PageSize;

    internal abstract void Apply(WriteStatements statements);

    /// <summary>The same without what can do without it: where rows stand on a page that is not what was written, they stay.</summary>
    internal virtual void ApplyKeeping(WriteStatements statements) => Apply(statements);

    /// <summary>Tells how it ended; called once.</summary>
    internal virtual void Answer(IntakeResult result)
    {
    }
}

/// <summary>A write that a session waits for.</summary>
abstract class IntakeWrite : StoreWrite
{
    readonly TaskCompletionSource<IntakeResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override bool IsIntake => true;

    internal Task<IntakeResult> Result => _result.Task;

    internal override void Answer(IntakeResult result) => _result.TrySetResult(result);
}

/// <summary>A piece of a body too large to wait for its commit. It reaches the disk with that commit at the latest.</summary>
sealed class ChunkWrite(MessageKey key, int sequence, byte[] octets) : IntakeWrite
{
    internal override string Kind => "chunk";

    internal override bool IsDurable => false;

    internal override int Weight => StoreDatabase.Room(octets.Length);

    internal override void Apply(WriteStatements statements)
    {
        if (sequence == 0)
            statements.Announce(key);
        statements.InsertChunk(key, sequence, octets);
    }

    /// <summary>Answers before it has ended: its message is refused, whatever becomes of it.</summary>
    internal void GiveUp(IntakeResult refusal) => base.Answer(refusal);
}

/// <summary>A message, with the last piece of its body, or all of it.</summary>
sealed class CommitWrite(MessageKey key, MessageEnvelope envelope, long size, int chunks, byte[] last, DateTimeOffset due, Action committed) : IntakeWrite
{
    internal override string Kind => "mail";

    internal override int Weight => StoreDatabase.Room(last.Length);

    internal override void Apply(WriteStatements statements)
    {
        if (last.Length > 0)
            statements.InsertChunk(key, chunks, last);
        if (chunks > 0)
            statements.Arrived(key);
        statements.InsertMessage(key, envelope, size, due);
    }

    internal override void Answer(IntakeResult result)
    {
        if (result == IntakeResult.Committed)
            committed();
        base.Answer(result);
    }
}

/// <summary>What attempts made of recipients, and what is to be told of it, in one piece: neither is on disk without the other.</summary>
sealed class MarkWrite(MessageKey key, IReadOnlyList<RecipientMark> marks, IReadOnlyList<OwnWrite> reports, Action marked) : StoreWrite
{
    bool _isLate;

    internal override string Kind => "mark";

    internal MessageKey Key => key;

    internal IEnumerable<int> Ordinals => marks.Select(static mark => mark.Ordinal);

    /// <summary>No recipient ends with it, and nobody is told anything.</summary>
    internal bool SaysOnlyWaiting => reports.Count == 0 && marks.All(static mark => mark.State == RecipientState.Waiting);

    internal bool HasReports => reports.Count > 0;

    internal override int Weight => base.Weight + reports.Sum(static report => report.Weight);

    internal override void Apply(WriteStatements statements)
    {
        ApplyKeeping(statements);
        statements.Finish(key);
    }

    internal override void ApplyKeeping(WriteStatements statements)
    {
        var marked = 0;
        foreach (var mark in marks)
            marked += statements.Mark(key, mark);
        // Of a message that has left the queue meanwhile, as by an operator's cancel, all has been told.
        _isLate = marked == 0;
        if (_isLate)
            return;
        foreach (var report in reports)
            report.Apply(statements);
    }

    internal override void Answer(IntakeResult result)
    {
        if (_isLate)
            return;
        if (result == IntakeResult.Committed)
            marked();
        foreach (var report in reports)
            report.Answer(result);
    }
}

/// <summary>A message of the queue's own, with its whole body.</summary>
sealed class OwnWrite(MessageKey key, OwnMessage message, DateTimeOffset due, Action committed) : StoreWrite
{
    internal override string Kind => "own";

    internal override int Weight => StoreDatabase.Room(message.Octets.Length);

    internal override void Apply(WriteStatements statements)
    {
        var sequence = 0;
        foreach (var chunk in message.Octets.Chunk(IncomingMessage.ChunkSize))
            statements.InsertChunk(key, sequence++, chunk);
        statements.InsertMessage(key, message.Envelope, message.Octets.Length, due);
    }

    internal override void Answer(IntakeResult result)
    {
        if (result == IntakeResult.Committed)
            committed();
    }
}

/// <summary>Holds a message, or lets it go.</summary>
sealed class HoldWrite(MessageKey key, bool isHeld) : StoreWrite
{
    internal override string Kind => "hold";

    internal override void Apply(WriteStatements statements) => statements.Hold(key, isHeld);
}

/// <summary>Sets a damaged message aside, with all its rows.</summary>
sealed class QuarantineWrite(MessageKey key, DateTimeOffset since, string reason, Action quarantined) : StoreWrite
{
    internal override string Kind => "quarantine";

    internal override void Apply(WriteStatements statements) => statements.Quarantine(key, since, reason);

    internal override void Answer(IntakeResult result)
    {
        if (result == IntakeResult.Committed)
            quarantined();
    }
}

/// <summary>Removes a message that is in quarantine.</summary>
sealed class DropWrite(MessageKey key) : StoreWrite
{
    readonly TaskCompletionSource<QueueAnswer> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _wasThere;

    internal override string Kind => "drop";

    internal override bool IsRefusable => true;

    internal override bool IsUrgent => true;

    internal Task<QueueAnswer> Dropped => _dropped.Task;

    internal override void Apply(WriteStatements statements) => _wasThere = statements.DropQuarantined(key);

    internal override void Answer(IntakeResult result) =>
        _dropped.SetResult(result != IntakeResult.Committed ? QueueAnswer.Failed : _wasThere ? QueueAnswer.Done : QueueAnswer.NotFound);
}

/// <summary>Takes away the chunks of a message that was not committed.</summary>
sealed class DiscardWrite(MessageKey key) : StoreWrite
{
    internal override string Kind => "discard";

    internal override bool IsDurable => false;

    internal override void Apply(WriteStatements statements)
    {
        statements.Arrived(key);
        statements.RemoveChunks(key);
    }
}

/// <summary>Tells when all that was waiting before it is on disk.</summary>
sealed class BehindWrite : StoreWrite
{
    readonly TaskCompletionSource<bool> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override string Kind => "behind";

    internal override bool IsUrgent => true;

    internal override bool IsDurable => false;

    internal override int Weight => 0;

    internal Task<bool> Written => _written.Task;

    internal override void Apply(WriteStatements statements)
    {
    }

    internal override void Answer(IntakeResult result) => _written.SetResult(result == IntakeResult.Committed);
}
