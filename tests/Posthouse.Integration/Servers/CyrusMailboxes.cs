using System.Net.Sockets;

namespace Posthouse.Integration.Servers;

/// <summary>Makes Cyrus' mailboxes, which exist only once an administrator has created them over IMAP.</summary>
static class CyrusMailboxes
{
    public static async Task CreateAsync(int imapPort, IEnumerable<Account> people)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", imapPort);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await reader.ReadLineAsync();
        await SayAsync(reader, writer, $"LOGIN {Account.Administrators[0].Mailbox} \"{Account.Administrators[0].Secret}\"");
        foreach (var person in people)
            await SayAsync(reader, writer, $"CREATE user/{person.Mailbox}");
        await SayAsync(reader, writer, "LOGOUT");
    }

    static async Task SayAsync(StreamReader reader, StreamWriter writer, string command)
    {
        await writer.WriteLineAsync($"a {command}");
        string? line;
        do
            line = await reader.ReadLineAsync();
        while (line?.StartsWith("* ", StringComparison.Ordinal) == true);
        if (line?.StartsWith("a OK", StringComparison.Ordinal) != true)
            throw new InvalidOperationException($"Cyrus said to {command.Split(' ')[0]}: {line}");
    }
}
