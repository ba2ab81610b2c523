using System.Buffers;
using System.Text;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Connections;

/// <summary>What is left to do for a command after <see cref="SandboxFaults.OnCommand"/> was asked.</summary>
enum FaultOutcome
{
    /// <summary>Answer as ever.</summary>
    None,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>The conversation is over.</summary>
    Over,
}

/// <summary>Carries out a <see cref="SandboxAction"/> on a connection.</summary>
static class FaultHook
{
    /// <param name="connection">Where to act.</param>
    /// <param name="action">What to do, or null for nothing.</param>
    /// <param name="write">Writes a reply in the protocol's own form.</param>
    public static async ValueTask<FaultOutcome> ApplyAsync(SandboxConnection connection, SandboxAction? action, Action<SandboxAction> write)
    {
        if (action is null)
            return FaultOutcome.None;
        if (action.Gate is { } gate)
        {
            await connection.FlushAsync();
            await gate.WaitAsync(connection.Stopping);
            if (!action.Closes)
                return FaultOutcome.None;
        }
        if (action.Resets)
        {
            connection.Abort();
            return FaultOutcome.Over;
        }
        if (action.Stalls)
        {
            await connection.StallAsync();
            return FaultOutcome.Over;
        }
        if (action.Bytes is { } octets)
        {
            connection.Output.Write(octets);
            connection.Said(Encoding.Latin1.GetString(octets).TrimEnd('\r', '\n'));
        }
        else if (action.Answer is not null || action.TaggedAnswer is not null)
        {
            write(action);
        }
        await connection.ReplyWrittenAsync();
        return action.Closes ? FaultOutcome.Over : FaultOutcome.Answered;
    }
}
