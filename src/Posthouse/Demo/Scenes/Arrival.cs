using System.Text;

namespace Posthouse.Demo.Scenes;

/// <summary>A message as it arrived, as part of a dialogue.</summary>
static class Arrival
{
    const int MostLines = 15;

    public static void Show(Dialogue dialogue, ReadOnlySpan<byte> sent, ReadOnlySpan<byte> arrived)
    {
        foreach (var line in Encoding.UTF8.GetString(arrived).Split("\r\n").Take(MostLines))
            dialogue.Add(Speaker.Gateway, line.Replace("\t", "    ", StringComparison.Ordinal));
        dialogue.Add(Speaker.Note, "... and so on; the sha256 of what stands below Received:");
        dialogue.Add(Speaker.Note, $"sent    {DemoMessage.Hash(sent)}");
        dialogue.Add(Speaker.Note, $"arrived {DemoMessage.Hash(arrived[DemoMessage.ReceivedLength(arrived)..])}");
    }
}
