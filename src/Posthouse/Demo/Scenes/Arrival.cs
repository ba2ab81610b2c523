using System.Text;

namespace Posthouse.Demo.Scenes;

/// <summary>A message as it arrived, as part of a dialogue.</summary>
static class Arrival
{
    const int MostLines = 15;

    public static void Show(Dialogue dialogue, ReadOnlySpan<byte> arrived)
    {
        foreach (var line in Encoding.UTF8.GetString(arrived).Split("\r\n").Take(MostLines))
            dialogue.Add(Speaker.Gateway, line);
        dialogue.Add(Speaker.Note, "...");
        dialogue.Add(Speaker.Note, $"sha256 below Received: {DemoMessage.Hash(arrived[DemoMessage.ReceivedLength(arrived)..])}");
    }
}
