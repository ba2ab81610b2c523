namespace Posthouse.Demo.Scenes;

/// <summary>VRFY and EXPN, answered by the LMTP remote for those who logged in.</summary>
static class DirectoryScene
{
    public static async Task PlayAsync(DemoStage stage)
    {
        stage.BeginScene("VRFY and EXPN, for those who logged in");
        await AskAsync("Strangers learn nothing", "252 2.5.1", RemoteRequests.None, $"VRFY {DemoAccount.Jane.Name}");
        await AskAsync("VRFY: the remote verifies an address", "250", new(Verifies: 1), $"VRFY {DemoAccount.John.Name}", DemoAccount.Jane);
        await AskAsync("EXPN: the remote expands a list", "250", new(Expansions: 1), $"EXPN {DemoAccount.List}", DemoAccount.Jane);
        await AskAsync("EXPN again: the members are known", "250", RemoteRequests.None, $"EXPN {DemoAccount.List}", DemoAccount.Jane);
        await AskAsync("EXPN of a list that does not exist", "550 5.1.1", new(Expansions: 1), "EXPN nolist@example.org", DemoAccount.Jane);

        Task AskAsync(string title, string expected, RemoteRequests mayAsk, string command, DemoAccount? login = null) =>
            stage.PlayAsync(title, expected, mayAsk, async ct =>
            {
                await using var client = await stage.ConnectAsync(ct, login);
                return await client.SendAsync(command, ct);
            });
    }
}
