using System.Net.Security;
using Posthouse.Wire.Secrets;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// TLS whose decrypted octets do not outlive their reading: <see cref="SslStream"/> gives their array back to the shared pool unwiped, and a host
/// may have repeated a secret in them.
/// </summary>
sealed class DecryptedStream(SslStream tls, OverheardStream below) : PassThroughStream(tls)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = 0;
        try
        {
            return count = await base.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            // A read that was filled has mostly left some behind, and then TLS still has the array.
            WipeReturned(isLikely: count < buffer.Length);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        WipeReturned(isLikely: true);
    }

    void WipeReturned(bool isLikely)
    {
        if (below.LastReadInto is { } array && Wipe.Returned(array, isLikely))
            below.LastReadInto = null;
    }
}
