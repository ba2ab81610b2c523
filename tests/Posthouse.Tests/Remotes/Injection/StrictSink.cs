using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>
/// A host that counts: it takes apart every octet that comes, by parsers that share nothing with the writers under test, and puts what each
/// command says into a journal, in order. What is not exactly a command, goes in as a fault.
/// </summary>
abstract class StrictSink : IDialler
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly ConcurrentQueue<string> _journal = new();
    readonly SemaphoreSlim _entries = new(0);

    /// <summary>What a login's proof is checked against.</summary>
    public byte[] Secret { get; set; } = [];

    /// <summary>How logins are answered.</summary>
    public bool SaysYes { get; set; }

    /// <summary>Entries that no test has taken yet.</summary>
    public IReadOnlyCollection<string> Rest => _journal;

    public Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var toHost = new Pipe();
        var fromHost = new Pipe();
        _ = PlayAsync(new SinkLine(toHost.Reader, fromHost.Writer));
        return Task.FromResult(new DialledLine(new DuplexStream(fromHost.Reader.AsStream(), toHost.Writer.AsStream()), IsLocal: true, attempt));
    }

    /// <summary>The next entries, in order.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(int count)
    {
        var taken = new List<string>();
        while (taken.Count < count)
        {
            Assert.True(await _entries.WaitAsync(Patience, SandboxedHost.Token), $"nothing came after: {string.Join(" | ", taken)}");
            Assert.True(_journal.TryDequeue(out var entry));
            taken.Add(entry);
        }
        return taken;
    }

    /// <summary>A remote host that is this one: it keeps no answer and reuses connections as long as it may.</summary>
    public RemoteHost Host(RemoteProtocol protocol) => new(
        new RemoteHostOptions
        {
            Id = "box",
            Address = "sink",
            Protocol = protocol,
            Lookup = true,
            HelloName = "post.example",
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
            Cache = new RemoteCacheOptions { Entries = 0 },
            Limits = new RemoteLimits { Errors = int.MaxValue, Requests = int.MaxValue },
        },
        new RemoteHostServices { Dialler = this });

    public static string Hex(ReadOnlySpan<byte> value) => value.IsEmpty ? "-" : Convert.ToHexString(value);

    public static string Hex(string value) => Hex(Encoding.UTF8.GetBytes(value));

    protected void Enter(string entry)
    {
        _journal.Enqueue(entry);
        _entries.Release();
    }

    /// <summary>Greets and serves one connection until it closes.</summary>
    protected abstract Task ServeAsync(SinkLine line);

    async Task PlayAsync(SinkLine line)
    {
        await Task.Yield();
        try
        {
            await ServeAsync(line);
        }
        catch (SinkFault fault)
        {
            Enter($"FAULT {fault.Message}");
        }
        finally
        {
            line.Close();
        }
    }
}

/// <summary>What came is no command.</summary>
sealed class SinkFault(string message) : Exception(message);

/// <summary>The sink's end of one connection.</summary>
sealed class SinkLine(PipeReader reader, PipeWriter writer)
{
    public async Task SayAsync(string text) => await writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>One line without its CRLF, of visible octets only; null where the client has closed.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            var octets = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
            var end = Array.IndexOf(octets, (byte)'\n');
            if (end < 0)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (!read.IsCompleted)
                    continue;
                return octets.Length == 0 ? null : throw new SinkFault($"half a line: {StrictSink.Hex(octets)}");
            }
            reader.AdvanceTo(read.Buffer.GetPosition(end + 1));
            if (end == 0 || octets[end - 1] != '\r')
                throw new SinkFault("a bare LF");
            var line = octets[..(end - 1)];
            if (Array.Exists(line, octet => octet is < 0x20 or 0x7F))
                throw new SinkFault($"a control octet: {StrictSink.Hex(line)}");
            return line;
        }
    }

    /// <summary>One line of base64, decoded; it must be the one spelling of what it stands for.</summary>
    public async Task<byte[]> ReadBase64Async() => Base64(await ReadAsync() ?? throw new SinkFault("closed in the middle of a login"));

    public static byte[] Base64(ReadOnlySpan<byte> text)
    {
        var written = Encoding.Latin1.GetString(text);
        var decoded = new byte[written.Length];
        return Convert.TryFromBase64String(written, decoded, out var length) && Convert.ToBase64String(decoded, 0, length) == written
            ? decoded[..length]
            : throw new SinkFault($"no base64: {written}");
    }

    public void Close()
    {
        reader.Complete();
        writer.Complete();
    }
}
