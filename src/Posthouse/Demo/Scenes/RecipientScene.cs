namespace Posthouse.Demo.Scenes;

/// <summary>RCPT, answered by the LMTP remote in our domains and by the relay rule elsewhere.</summary>
static class RecipientScene
{
    const string Elsewhere = "someone@elsewhere.example";

    public static async Task PlayAsync(DemoStage stage)
    {
        stage.BeginScene("The LMTP remote knows which recipients exist");
        await RcptAsync("A recipient who exists", "250 2.1.5", 1, DemoAccount.Jane.Name);
        await RcptAsync("A recipient who does not", "550 5.1.1", 1, "nobody@example.org");
        await RcptAsync("The first again: nobody is asked", "250 2.1.5", 0, DemoAccount.Jane.Name);
        await RcptAsync("The second again: nobody is asked", "550 5.1.1", 0, "nobody@example.org");
        await RcptAsync("A stranger may not relay to other domains", "550 5.7.1", 0, Elsewhere);
        await RcptAsync("Jane, logged in, may", "250 2.1.5", 0, Elsewhere, DemoAccount.Jane);

        Task RcptAsync(string title, string expected, int asked, string recipient, DemoAccount? login = null) =>
            stage.PlayAsync(title, expected, new RemoteRequests(Recipients: asked), async ct =>
            {
                await using var client = await stage.ConnectAsync(ct, login);
                await client.SendAsync($"MAIL FROM:<{login?.Name ?? "friend@client.example.com"}>", ct);
                return await client.SendAsync($"RCPT TO:<{recipient}>", ct);
            });
    }
}
