using System.Globalization;

namespace Posthouse.Ledger.Sinks;

/// <summary>The kernel's list of connections, which has those as well that nobody has accepted yet.</summary>
static class Connections
{
    const string Established = "01", CloseWait = "08";

    /// <summary>How many this port's owner has not closed.</summary>
    internal static int To(int port)
    {
        var ending = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines("/proc/net/tcp")
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(words => words[1].EndsWith(ending, StringComparison.Ordinal) && words[3] is Established or CloseWait);
    }
}
