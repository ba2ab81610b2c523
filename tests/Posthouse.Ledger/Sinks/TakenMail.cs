using System.Security.Cryptography;
using System.Text;
using Posthouse.Ledger.Load;

namespace Posthouse.Ledger.Sinks;

/// <summary>A message as a host takes it, line by line, and what the ledger is to say of it.</summary>
abstract class TakenMail
{
    internal abstract void Take(ReadOnlySpan<byte> line);

    /// <summary>Where all lines are in: kind and words for each thing that a recipient's copy says.</summary>
    internal abstract IEnumerable<(string Kind, string[] Words)> For(string recipient);
}

/// <summary>A client's message: what comes behind its header of ours is to be what the client sent.</summary>
sealed class TakenLetter : TakenMail
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    string? _id, _sha;

    internal override void Take(ReadOnlySpan<byte> line)
    {
        // What the gateway puts in front is not the client's.
        if (_id is null && line.StartsWith("X-Ledger: "u8))
            _id = Encoding.ASCII.GetString(line[Letter.Header.Length..]).TrimEnd();
        if (_id is not null)
            _hash.AppendData(line);
    }

    internal override IEnumerable<(string Kind, string[] Words)> For(string recipient)
    {
        _sha ??= Convert.ToHexStringLower(_hash.GetHashAndReset());
        return [("GOT", [_id ?? "none", recipient, _sha])];
    }
}

/// <summary>A report (RFC 3464): of whom it says that a message failed. A notice of a delay says nothing here.</summary>
sealed class TakenReport : TakenMail
{
    const string Recipient = "Final-Recipient: rfc822; ";
    const string Action = "Action: ";
    readonly List<string> _failed = [];
    string? _id, _recipient;

    internal override void Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("X-Ledger: "u8))
            _id ??= Encoding.ASCII.GetString(line[Letter.Header.Length..]).TrimEnd();
        else if (line.StartsWith("Final-Recipient: rfc822; "u8))
            _recipient = Encoding.ASCII.GetString(line[Recipient.Length..]).TrimEnd();
        else if (line.StartsWith("Action: "u8) && line[Action.Length..].StartsWith("failed"u8))
            _failed.Add(_recipient ?? "none");
    }

    internal override IEnumerable<(string Kind, string[] Words)> For(string recipient) => _failed.Select(failed => ("TOLD", (string[])[_id ?? "none", failed]));
}
