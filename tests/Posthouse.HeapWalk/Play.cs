using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Posthouse.Sandbox;

namespace Posthouse.HeapWalk;

/// <summary>The clients: logins by every way at every remote, four at a time, with each kind of answer.</summary>
sealed class Play(GatewayProcess gateway, IReadOnlyDictionary<RemoteCase, SandboxServer> servers, SandboxAccounts accounts, byte[] marker) : IDisposable
{
    static readonly string[] Listeners = ["clear", "starttls", "implicit"];

    static readonly (string Name, string Expected)[] Answers =
        [("right", "235"), ("wrong", "535"), ("refused for now", "454"), ("connection lost", "454"), ("repeated", "454")];

    readonly ConcurrentDictionary<int, string> _names = new();
    readonly ConcurrentBag<Client> _open = [];
    int _count;
    string _saying = "";

    public int Count => _count;

    /// <summary>Which login a password was for.</summary>
    public string Describe(int? number) => number is { } known && _names.TryGetValue(known, out var name) ? $"{known}, {name}" : $"password {number}";

    public async Task RunAsync()
    {
        foreach (var answer in Answers)
        {
            foreach (var server in servers.Values)
                server.Faults.OnCommand = (verb, _) => Fault(answer.Name, verb);
            // A host that repeats what it heard is told here what that is, which only one login at a time can be.
            await Parallel.ForEachAsync(servers.Keys, new ParallelOptions { MaxDegreeOfParallelism = answer.Name == "repeated" ? 1 : 4 }, async (remote, _) =>
            {
                foreach (var listener in Listeners)
                    await LogInAsync(remote, listener, answer);
            });
        }
        foreach (var listener in Listeners)
        {
            for (var i = 0; i < Logins.Botched("").Count; i++)
                await BotchAsync(listener, i);
        }
    }

    /// <summary>Hangs up whoever is still there.</summary>
    public void Dispose()
    {
        foreach (var client in _open)
            client.Dispose();
    }

    SandboxAction? Fault(string answer, string verb) => verb is not ("AUTH" or "SASL" or "AUTHENTICATE" or "LOGIN") ? null : answer switch
    {
        "refused for now" => verb is "AUTH" or "SASL" ? SandboxAction.Reply(454, "4.7.0 later") : SandboxAction.Tagged("NO [UNAVAILABLE] later"),
        "connection lost" => SandboxAction.Close,
        // As hosts do with a line that they do not understand.
        "repeated" => verb is "AUTH" or "SASL" ? SandboxAction.Reply(500, $"what is {_saying}") : SandboxAction.Tagged($"BAD what is {_saying}"),
        _ => null,
    };

    async Task LogInAsync(RemoteCase remote, string listener, (string Name, string Expected) answer)
    {
        var number = Interlocked.Increment(ref _count);
        var ways = remote.TakesTokens ? Logins.TokenWays : Logins.Ways;
        var way = ways[number % ways.Count];
        _names[number] = $"{answer.Name} at {remote.Id}, listener {listener}, by {way}";
        var password = Encoding.ASCII.GetString(Canary.Password(marker, number));
        var user = $"user{number.ToString(CultureInfo.InvariantCulture)}@{GatewayToml.Domain(remote)}";
        var secret = remote.TakesTokens ? Logins.Token(way, password) : password;
        if (answer.Name == "repeated")
            _saying = $"{secret} {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{secret}"))}";
        accounts.AddUser(user, answer.Name == "wrong" ? "another" : secret).SetToken(user, answer.Name == "wrong" ? "another" : secret);

        var client = await Client.ConnectAsync(listener, gateway.Port(listener));
        var reply = await (remote.TakesTokens ? Logins.RunTokenAsync(client, way, user, secret) : Logins.RunAsync(client, way, user, secret));
        // A refused proof says nothing of the password.
        var expected = answer.Expected == "535" && remote.Mechanism is "CRAM-MD5" or "SCRAM-SHA-256" ? "454" : answer.Expected;
        if (!reply.StartsWith(expected, StringComparison.Ordinal))
            throw new InvalidOperationException($"{_names[number]}: {reply} and not {expected}");
        // Clients that stay and clients that leave: what either leaves behind is looked for.
        if (number % 2 == 0)
            _open.Add(client);
        else
            client.Dispose();
    }

    async Task BotchAsync(string listener, int botch)
    {
        var number = Interlocked.Increment(ref _count);
        var (name, text, expected) = Logins.Botched(Encoding.ASCII.GetString(Canary.Password(marker, number)))[botch];
        _names[number] = $"{name}, listener {listener}";
        var client = await Client.ConnectAsync(listener, gateway.Port(listener));
        await client.SendAsync(text);
        if (expected.Length > 0)
        {
            var reply = await client.ReplyAsync();
            if (!reply.StartsWith(expected, StringComparison.Ordinal))
                throw new InvalidOperationException($"{_names[number]}: {reply} and not {expected}");
            _open.Add(client);
        }
        else
        {
            client.Dispose();
        }
    }
}
