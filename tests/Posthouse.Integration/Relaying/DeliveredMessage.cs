using System.Text;
using Posthouse.Integration.Gateways;

namespace Posthouse.Integration.Relaying;

/// <summary>A message as it lies in a mailbox, taken apart: what each hop put above, and the client's own bytes.</summary>
sealed record DeliveredMessage(string FinalHost, string Gateway, byte[] Original)
{
    /// <summary>
    /// The gateway's block begins at the <c>Received:</c> that names it, and must end where the client's first byte stands.
    /// </summary>
    public static DeliveredMessage Read(byte[] delivered, byte[] original)
    {
        Assert.True(delivered.AsSpan().EndsWith(original), "What was sent is not what the mailbox holds:\n" + Encoding.Latin1.GetString(delivered));
        var above = Encoding.Latin1.GetString(delivered, 0, delivered.Length - original.Length);
        var traces = Fields(above).Where(field => field.StartsWith("Received:", StringComparison.Ordinal) && IsByGateway(field)).ToArray();
        var own = Assert.Single(traces);
        var start = above.IndexOf(own, StringComparison.Ordinal);
        return new DeliveredMessage(above[..start], above[start..], original);
    }

    /// <summary>The fields of a header block, continuation lines kept with their field.</summary>
    public static IReadOnlyList<string> Fields(string block)
    {
        var fields = new List<string>();
        foreach (var line in block.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] is ' ' or '\t' && fields.Count > 0)
                fields[^1] += "\r\n" + line;
            else
                fields.Add(line);
        }

        return fields;
    }

    static bool IsByGateway(string field) => field.Contains($"by {GatewayConfig.HostName}", StringComparison.Ordinal);
}
