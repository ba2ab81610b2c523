using System.IO.Pipelines;
using System.Text;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Tests.Remotes;

/// <summary>A host played line by line over memory pipes: one script for each connection, in order.</summary>
sealed class ScriptedDialler(params Func<ScriptedPeer, Task>[] scripts) : IDialler
{
    readonly List<Task> _plays = [];
    int _dialled;

    public int Dialled => _dialled;

    public bool IsLocal { get; init; } = true;

    /// <summary>What the host says is read before it goes on.</summary>
    public bool InLockstep { get; init; }

    public Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var script = scripts[Interlocked.Increment(ref _dialled) - 1];
        var toHost = new Pipe();
        var fromHost = new Pipe(InLockstep ? new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1) : PipeOptions.Default);
        lock (_plays)
            _plays.Add(PlayAsync(script, new ScriptedPeer(toHost.Reader, fromHost.Writer)));
        return Task.FromResult(new DialledLine(new DuplexStream(fromHost.Reader.AsStream(), toHost.Writer.AsStream()), IsLocal, attempt));
    }

    /// <summary>Rethrows what a script did not find as it expected.</summary>
    public Task PlayedAsync()
    {
        lock (_plays)
            return Task.WhenAll(_plays).WaitAsync(TestContext.Current.CancellationToken);
    }

    static async Task PlayAsync(Func<ScriptedPeer, Task> script, ScriptedPeer peer)
    {
        await Task.Yield();
        try
        {
            await script(peer);
        }
        finally
        {
            peer.Close();
        }
    }

    public RemoteHost Host(RemoteProtocol protocol = RemoteProtocol.Smtp, Func<RemoteHostOptions, RemoteHostOptions>? define = null, TimeProvider? time = null)
    {
        var options = new RemoteHostOptions
        {
            Id = "box",
            Address = "scripted",
            Protocol = protocol,
            Lookup = true,
            HelloName = "post.example",
            Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Disable },
        };
        return new RemoteHost(define?.Invoke(options) ?? options, new RemoteHostServices { Dialler = this, Time = time ?? TimeProvider.System });
    }
}

/// <summary>The host's end of a scripted connection.</summary>
sealed class ScriptedPeer(PipeReader reader, PipeWriter writer)
{
    public async Task SayAsync(string text) => await writer.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads exactly these octets.</summary>
    public async Task ExpectAsync(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        var read = await reader.ReadAtLeastAsync(octets.Length, TestContext.Current.CancellationToken);
        var got = read.Buffer.Length <= octets.Length ? read.Buffer : read.Buffer.Slice(0, octets.Length);
        Assert.Equal(text, Encoding.Latin1.GetString(got));
        reader.AdvanceTo(got.End);
    }

    /// <summary>Reads one line, without CRLF.</summary>
    public async Task<string> LineAsync()
    {
        while (true)
        {
            var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
            var text = Encoding.Latin1.GetString(read.Buffer);
            if (text.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                reader.AdvanceTo(read.Buffer.GetPosition(end + 2));
                return text[..end];
            }
            Assert.False(read.IsCompleted, $"closed after '{text}'");
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The client hangs up without another word.</summary>
    public async Task ExpectCloseAsync()
    {
        var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", Encoding.Latin1.GetString(read.Buffer));
        Assert.True(read.IsCompleted);
    }

    /// <summary>Drops what came; whether the client has hung up.</summary>
    public async Task<bool> HasClosedAsync()
    {
        var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(read.Buffer.End);
        return read.IsCompleted;
    }

    public async Task GreetAsync(string keywords = "250 PIPELINING", string name = "post.example")
    {
        await SayAsync("220 scripted\r\n");
        await ExpectAsync($"EHLO {name}\r\n");
        await SayAsync($"250-scripted\r\n{keywords}\r\n");
    }

    public async Task FarewellAsync()
    {
        await ExpectAsync("QUIT\r\n");
        await SayAsync("221 bye\r\n");
    }

    public void Close()
    {
        writer.Complete();
        reader.Complete();
    }
}

sealed class DuplexStream(Stream input, Stream output, Action? disposed = null) : Stream
{
    int _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() => output.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        input.Dispose();
        output.Dispose();
        base.Dispose(disposing);
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            disposed?.Invoke();
    }
}
