using System.Text;

namespace Posthouse.HeapWalk;

/// <summary>What a client says to log in, in each way that the gateway understands or refuses.</summary>
static class Logins
{
    /// <summary>For a password.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["plain", "plain-asked", "login", "login-initial"];

    /// <summary>For a token; a long one is said in more lines and larger buffers.</summary>
    public static IReadOnlyList<string> TokenWays { get; } = ["bearer", "bearer-asked", "xoauth2", "xoauth2-asked", "bearer-long", "xoauth2-asked-long"];

    /// <summary>A token that is a password, or begins and ends as one.</summary>
    public static string Token(string way, string password) =>
        way.EndsWith("-long", StringComparison.Ordinal) ? $"{password}.{new string('x', 7000)}.{password}" : password;

    /// <summary>Runs one exchange to its last reply.</summary>
    public static async Task<string> RunAsync(Client client, string way, string user, string password)
    {
        var plain = Encode($"\0{user}\0{password}");
        switch (way)
        {
            case "plain":
                return await client.SayAsync($"AUTH PLAIN {plain}");
            case "plain-asked":
                await ExpectAsync(client, "AUTH PLAIN", "334");
                return await client.SayAsync(plain);
            case "login":
                await ExpectAsync(client, "AUTH LOGIN", "334");
                await ExpectAsync(client, Encode(user), "334");
                return await client.SayAsync(Encode(password));
            default:
                await ExpectAsync(client, $"AUTH LOGIN {Encode(user)}", "334");
                return await client.SayAsync(Encode(password));
        }
    }

    /// <summary>The same with a token; an error that comes before the refusal is acknowledged.</summary>
    public static async Task<string> RunTokenAsync(Client client, string way, string user, string token)
    {
        var isStandard = way.StartsWith("bearer", StringComparison.Ordinal);
        var mechanism = isStandard ? "OAUTHBEARER" : "XOAUTH2";
        var message = Encode($"{(isStandard ? $"n,a={user}," : $"user={user}")}\u0001auth=Bearer {token}\u0001\u0001");
        if (way.Contains("-asked", StringComparison.Ordinal))
            await ExpectAsync(client, $"AUTH {mechanism}", "334");
        else
            message = $"AUTH {mechanism} {message}";
        var reply = await client.SayAsync(message);
        return reply.StartsWith("334", StringComparison.Ordinal) ? await client.SayAsync(isStandard ? "AQ==" : "") : reply;
    }

    /// <summary>Logins that are none, each with what the gateway has to say to it.</summary>
    public static IReadOnlyList<(string Name, string Text, string Expected)> Botched(string password)
    {
        var plain = Encode($"\0jane\0{password}");
        return
        [
            ("no base64", $"AUTH PLAIN {plain}!\r\n", "501"),
            ("no such mechanism", $"AUTH GUESS {plain}\r\n", "504"),
            ("no such verb", $"AUHT PLAIN {plain}\r\n", "500"),
            ("the password alone", $"{password}\r\n", "500"),
            ("a bare LF", $"AUTH PLAIN {plain}\n\r\n", "500"),
            ("too long", $"AUTH PLAIN {plain}{new string('A', 13000)}\r\n", "500"),
            ("another authzid", $"AUTH PLAIN {Encode($"joe\0jane\0{password}")}\r\n", "535"),
            ("a NUL in the password", $"AUTH PLAIN {Encode($"\0jane\0{password}\0")}\r\n", "501"),
            ("a token without a name", $"AUTH OAUTHBEARER {Encode($"n,,\u0001auth=Bearer {password}\u0001\u0001")}\r\n", "535"),
            ("a token in another form", $"AUTH XOAUTH2 {Encode($"n,a=jane,\u0001auth=Bearer {password}\u0001\u0001")}\r\n", "501"),
            ("a token whose error is not acknowledged", $"AUTH XOAUTH2 {Encode($"user=jane\u0001auth=Bearer {password}\u0001\u0001")}\r\n", "334"),
            ("pipelined", $"AUTH LOGIN\r\n{Encode("jane")}\r\n{Encode(password)}\r\n", "334"),
            ("cut off", $"AUTH PLAIN {plain}", ""),
            ("cut off before the LF", $"AUTH PLAIN {plain}\r", ""),
        ];
    }

    static async Task ExpectAsync(Client client, string line, string code)
    {
        var reply = await client.SayAsync(line);
        if (!reply.StartsWith(code, StringComparison.Ordinal))
            throw new InvalidOperationException($"the gateway said {reply} and not {code}");
    }

    static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
