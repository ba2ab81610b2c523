using System.Buffers;
using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>Reads message bodies off the line.</summary>
static class SmtpBody
{
    /// <summary>DATA, to its dot. Null: the client hung up before it; else the reply, or <see cref="SmtpReplies.Taken"/> where the recipients decide.</summary>
    public static async ValueTask<Reply?> ReadDataAsync(SandboxConnection connection, SmtpTransaction transaction)
    {
        var unstuffer = new DotUnstuffer();
        var ended = false;
        while (!ended)
        {
            var whole = await connection.ReadAsync();
            if (whole.IsEmpty)
                return null;
            var rest = whole;
            ended = unstuffer.Read(ref rest, transaction.Body);
            connection.Input.AdvanceTo(rest.Start, ended ? rest.Start : rest.End);
        }
        return unstuffer.SawBareControl ? SmtpReplies.BareControl : transaction.Body.IsTooBig ? SmtpReplies.TooBig : SmtpReplies.Taken;
    }

    /// <summary>A chunk of BDAT, or one to be dropped where there is no transaction. False: the client hung up within it.</summary>
    public static async ValueTask<bool> ReadChunkAsync(SandboxConnection connection, long length, SmtpTransaction? transaction)
    {
        while (length > 0)
        {
            var whole = await connection.ReadAsync();
            if (whole.IsEmpty)
                return false;
            var part = whole.Length > length ? whole.Slice(0, length) : whole;
            if (transaction is not null)
            {
                foreach (var segment in part)
                    transaction.Body.Write(segment.Span);
            }
            length -= part.Length;
            connection.Input.AdvanceTo(part.End);
        }
        return true;
    }
}
