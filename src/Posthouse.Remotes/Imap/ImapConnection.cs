using System.Buffers;
using System.Security.Cryptography;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Text;

namespace Posthouse.Remotes.Imap;

/// <summary>A connection that speaks IMAP before login: tagged commands out, lines in, no literals.</summary>
sealed class ImapConnection(DialledLine line, RemoteHostOptions host, TimeProvider time)
    : HostConnection(line, host, ConnectionKind.Anonymous, time)
{
    const int MaxLine = 8192;
    const int MaxLinesPerCommand = 1000;
    const long MaxOctetsPerCommand = 256 * 1024;

    // A tag that nobody can guess: an answer sent ahead of its command cannot carry it (RFC 2595 and CVE-2011-0411 in spirit).
    readonly string _tagPrefix = RandomNumberGenerator.GetHexString(6, lowercase: true);
    int _commands;
    int _lines;
    long _octets;

    /// <summary>What the server offers now; nothing from before TLS.</summary>
    public ImapCapabilities? Capabilities { get; set; }

    public Allowance LookupAllowance => new(Host, "timeouts.command", Host.Timeouts.LookupCommand);

    /// <summary>The tag of the next command.</summary>
    public string NextTag()
    {
        _lines = 0;
        _octets = 0;
        return $"{_tagPrefix}{++_commands}";
    }

    /// <summary>
    /// A user has logged in: nobody else may be asked about here before UNAUTHENTICATE (RFC 8437), nor ever where the host does
    /// not offer it. A host may offer it after a login only, which it then says with its OK (section 3).
    /// </summary>
    public void BelongToUser()
    {
        if (Capabilities is { Unauthenticate: true } && !IsRetired && RequestsLeft > 0)
            IsUntidy = true;
        else
            Retire();
    }

    /// <summary>UNAUTHENTICATE; what the host offered to the user who is gone is forgotten.</summary>
    public override async Task TidyAsync(CancellationToken cancellationToken)
    {
        try
        {
            BeginRequest(cancellationToken, count: 0);
            var tag = NextTag();
            var answer = await CommandAsync(
                ImapCommandWriter.TryCommand(Wire.Output, tag, "UNAUTHENTICATE"), tag, "UNAUTHENTICATE", LookupAllowance);
            if (answer.Kind != ImapResponseKind.Ok)
                throw Wire.Garbled($"UNAUTHENTICATE: {answer.Kind} {answer.Text}");
            Capabilities = null;
            TakeCapabilities(answer);
            if (Capabilities is null)
                await AskCapabilitiesAsync(LookupAllowance);
            IsUntidy = Capabilities is null;
            EndRequest();
        }
        catch (Exception e) when (e is HostUnavailableException or OperationCanceledException)
        {
            Wire.Break($"UNAUTHENTICATE: {e.Message}");
            LeaveRequest();
        }
    }

    public async Task AskCapabilitiesAsync(Allowance allowance)
    {
        var tag = NextTag();
        var answer = await CommandAsync(ImapCommandWriter.TryCommand(Wire.Output, tag, "CAPABILITY"), tag, "CAPABILITY", allowance);
        if (answer.Kind != ImapResponseKind.Ok)
            throw new HostUnavailableException($"CAPABILITY: {answer.Kind} {answer.Text}");
    }

    /// <summary>Sends what was written and reads on to the tagged answer or a continuation request.</summary>
    public async ValueTask<ImapResponse> CommandAsync(bool written, string tag, string step, Allowance allowance)
    {
        if (!written)
            throw Wire.Garbled($"{step}: an argument that cannot be written");
        await Wire.FlushAsync(allowance, step);
        var since = Wire.Timestamp;
        while (true)
        {
            var response = await ReadAsync(step, Wire.Left(allowance, since));
            switch (response)
            {
                case { Kind: ImapResponseKind.Bye }:
                    Wire.Break($"{step}: BYE {(IsSayingLogin ? Withheld : response.Text)}");
                    throw new ConnectionLostException(Wire.BreakReason);
                case { Kind: ImapResponseKind.PreAuth }:
                    throw Wire.Garbled($"{step}: PREAUTH where it cannot stand");
                case { Kind: ImapResponseKind.Continuation }:
                    return response;
                case { Tag: { } answered }:
                    if (answered != tag)
                        throw Wire.Garbled($"{step}: an answer to a command that was not sent");
                    TakeCapabilities(response);
                    return response;
                default:
                    TakeCapabilities(response);
                    break;
            }
        }
    }

    /// <summary>Reads one line.</summary>
    public async ValueTask<ImapResponse> ReadAsync(string step, Allowance allowance)
    {
        var since = Wire.Timestamp;
        while (true)
        {
            var read = await Wire.ReadAsync(Wire.Left(allowance, since), step);
            var buffer = read.Buffer;
            var status = WireLine.TryRead(ref buffer, MaxLine, out var text);
            if (status is LineStatus.TooLong or LineStatus.BareControl)
                throw Unreadable(step, status == LineStatus.TooLong ? $"a line of more than {MaxLine} octets" : "a line with a bare CR or LF");
            ImapResponse? response = null;
            if (status == LineStatus.Complete)
            {
                _octets += text.Length;
                if (++_lines > MaxLinesPerCommand || _octets > MaxOctetsPerCommand)
                    throw Unreadable(step, $"more than {MaxLinesPerCommand} lines or {MaxOctetsPerCommand} octets before the answer");
                if (!TryParse(text, out response))
                    throw Unreadable(step, IsSayingLogin ? Withheld : Excerpt.Of(text));
            }
            Wire.Advance(read, buffer.Start, response is null, step);
            if (response is not null)
                return response;
        }
    }

    bool TryParse(in ReadOnlySequence<byte> text, out ImapResponse response)
    {
        if (text.IsSingleSegment)
            return ImapResponse.TryParse(text.FirstSpan, out response, IsSayingLogin ? LoginResponse.IsQuoted : null);
        var joined = text.ToArray();
        var isParsed = ImapResponse.TryParse(joined, out response, IsSayingLogin ? LoginResponse.IsQuoted : null);
        if (IsSayingLogin)
            CryptographicOperations.ZeroMemory(joined);
        return isParsed;
    }

    HostUnavailableException Unreadable(string step, string got) =>
        Wire.Garbled($"{step}: expected a response of {Host.Name("protocol")} imap, got {got}");

    /// <summary>Capabilities come as data, or as a code of an OK.</summary>
    public void TakeCapabilities(ImapResponse response)
    {
        var atoms = response switch
        {
            { Kind: ImapResponseKind.Capability } => response.Text,
            { Kind: ImapResponseKind.Ok, Code: "CAPABILITY", CodeArgument: { } listed } => listed,
            _ => null,
        };
        if (atoms is null)
            return;
        Capabilities = ImapCapabilities.Parse(atoms);
        Attempt.Keywords = atoms.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    // The host says BYE and OK and closes; what exactly it says matters to nobody.
    protected override async Task SayFarewellAsync()
    {
        ImapCommandWriter.TryCommand(Wire.Output, NextTag(), "LOGOUT");
        await Wire.FlushAsync(Allowance.Outer, "LOGOUT");
        await Wire.ReadToEndAsync(Allowance.Outer, "LOGOUT");
    }
}
