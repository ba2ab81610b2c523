namespace Posthouse.Demo.Scenes;

/// <summary>Both remotes stop: what is known goes on, what is not is a temporary failure, mail waits. Then they are back.</summary>
static class OutageScene
{
    public static async Task PlayAsync(DemoStage stage)
    {
        var remotes = stage.Setup.Remotes;
        var john = DemoAccount.John.Name;
        var message = DemoMessage.Compose("Written during the outage", john, TimeProvider.System.GetUtcNow());

        stage.BeginScene("Both remotes are stopped");
        await remotes.StopAsync();
        await LogInAsync("A login that is known goes on", "235 2.7.0", RemoteRequests.None, DemoAccount.Jane);
        await LogInAsync("One that is not is a temporary failure", "454 4.7.0", RemoteRequests.None, DemoAccount.Omar);
        await RcptAsync("A recipient who is known goes on", "250 2.1.5", RemoteRequests.None, john);
        await RcptAsync("So does the no", "550 5.1.1", RemoteRequests.None, "nobody@example.org");
        await RcptAsync("Unknown so far: a temporary failure", "451 4.4.3", RemoteRequests.None, DemoAccount.List);
        await stage.PlayAsync("A message is taken and waits in the queue", "250 2.0.0", RemoteRequests.None, async ct =>
        {
            await using var client = await stage.ConnectAsync(ct, DemoAccount.Jane);
            await client.SendAsync($"MAIL FROM:<{DemoAccount.Jane.Name}> BODY=8BITMIME", ct);
            await client.SendAsync($"RCPT TO:<{john}>", ct);
            return await client.SendMessageAsync(message, ct);
        });

        stage.BeginScene("Both remotes are back");
        await stage.PlayAsync("The message that waited is delivered", "unchanged", new(Recipients: 1, Messages: 1), async ct =>
        {
            await remotes.StartAsync(ct);
            var arrived = (await remotes.WaitForMessageAsync(john, 2, ct)).Body;
            Arrival.Show(stage.Dialogue, message, arrived.Span);
            return DemoMessage.Compare(message, arrived.Span);
        });
        await LogInAsync("The login that failed works", "235 2.7.0", new(Logins: 1), DemoAccount.Omar);
        await RcptAsync("The recipient is known", "250 2.1.5", new(Recipients: 1), DemoAccount.List);

        Task LogInAsync(string title, string expected, RemoteRequests mayAsk, DemoAccount account) =>
            stage.PlayAsync(title, expected, mayAsk, async ct =>
            {
                await using var client = await stage.ConnectAsync(ct);
                return await client.AuthPlainAsync(account, ct);
            });

        Task RcptAsync(string title, string expected, RemoteRequests mayAsk, string recipient) =>
            stage.PlayAsync(title, expected, mayAsk, async ct =>
            {
                await using var client = await stage.ConnectAsync(ct);
                await client.SendAsync("MAIL FROM:<friend@client.example.com>", ct);
                return await client.SendAsync($"RCPT TO:<{recipient}>", ct);
            });
    }
}
