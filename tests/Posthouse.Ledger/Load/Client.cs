using System.Globalization;
using System.Text;
using Posthouse.Ledger.Books;

namespace Posthouse.Ledger.Load;

/// <summary>One connection of a client that keeps a ledger.</summary>
sealed class Client(LineSocket socket, Book book) : IDisposable
{
    internal static async Task<Client> ConnectAsync(int port, Book book, CancellationToken cancellationToken)
    {
        var client = new Client(await LineSocket.ConnectAsync(port, cancellationToken), book);
        try
        {
            await client.ExpectAsync(220, cancellationToken);
            await client.SayAsync("EHLO client.ledger.example", cancellationToken);
            await client.ExpectAsync(250, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a message to those recipients that are taken, and has its fate in the ledger. False where the gateway refused the message; one that is left
    /// without recipients is none.
    /// </summary>
    /// <param name="letter">The message.</param>
    /// <param name="byChunks">BDAT rather than DATA.</param>
    /// <param name="breakOff">Hang up in the middle of the body.</param>
    /// <param name="cancellationToken">Gives up, which counts as no answer.</param>
    internal async Task<bool> SendAsync(Letter letter, bool byChunks, bool breakOff, CancellationToken cancellationToken)
    {
        await SayAsync($"MAIL FROM:<{Letter.Sender}>", cancellationToken);
        if ((await ReadReplyAsync(cancellationToken)).Code != 250)
            return false;
        var taken = await NameAsync(letter, cancellationToken);
        if (taken.Count == 0)
        {
            await SayAsync("RSET", cancellationToken);
            await ExpectAsync(250, cancellationToken);
            return true;
        }

        if (byChunks)
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $"BDAT {letter.Length} LAST"), cancellationToken);
        else
        {
            await SayAsync("DATA", cancellationToken);
            await ExpectAsync(354, cancellationToken);
        }
        // With BDAT the last part is what completes it, with DATA the dot.
        var parts = byChunks ? letter.Parts.Count - 1 : letter.Parts.Count;
        for (var i = 0; i < parts; i++)
        {
            if (breakOff && i >= parts / 2)
                throw new IOException("The client has had enough.");
            await socket.SendAsync(byChunks ? letter.Parts[i] : Letter.Stuff(letter.Parts[i]), cancellationToken);
        }
        book.Write("SENT", letter.Id, letter.Sha, string.Join(',', taken));
        try
        {
            await socket.SendAsync(byChunks ? letter.Parts[^1] : ".\r\n"u8.ToArray(), cancellationToken);
            var (code, text) = await ReadReplyAsync(cancellationToken);
            book.Write(code == 250 ? "ACK" : "REFUSED", letter.Id, text.Replace(' ', '_'));
            return code == 250;
        }
        catch
        {
            book.Write("UNKNOWN", letter.Id);
            throw;
        }
    }

    /// <summary>Names the recipients; those that were taken. One that is refused for good has that in the ledger.</summary>
    async Task<List<string>> NameAsync(Letter letter, CancellationToken cancellationToken)
    {
        List<string> taken = [];
        foreach (var recipient in letter.Recipients)
        {
            await SayAsync($"RCPT TO:<{recipient}>", cancellationToken);
            var reply = await ReadReplyAsync(cancellationToken);
            if (reply.Code == 250)
                taken.Add(recipient);
            else if (reply.Code >= 500)
                book.Write("DENIED", letter.Id, recipient);
            else
                throw new IOException($"{reply.Text} in place of 250");
        }
        return taken;
    }

    internal Task SayAsync(string line, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken).AsTask();

    internal async Task<(int Code, string Text)> ReadReplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = Encoding.ASCII.GetString((await socket.ReadLineAsync(cancellationToken)).Span).TrimEnd();
            if (line.Length == 3 || (line.Length > 3 && line[3] == ' '))
                return (int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture), line);
        }
    }

    public void Dispose() => socket.Dispose();

    async Task ExpectAsync(int code, CancellationToken cancellationToken)
    {
        var reply = await ReadReplyAsync(cancellationToken);
        if (reply.Code != code)
            throw new IOException($"{reply.Text} in place of {code}");
    }
}
