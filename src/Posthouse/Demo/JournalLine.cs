using System.Globalization;
using Posthouse.Sandbox;
using Posthouse.Terminal;

namespace Posthouse.Demo;

/// <summary>A line that a sandbox heard or said, for display.</summary>
static class JournalLine
{
    public static string Format(SandboxEntry entry) => string.Create(
        CultureInfo.InvariantCulture, $"{entry.ConnectionId,4} {(entry.Direction == SandboxDirection.FromClient ? '>' : '<')} {PrintableText.Of(entry.Text)}");
}
