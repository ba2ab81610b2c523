using Posthouse.Wire.Replies;

namespace Posthouse.Demo.Scenes;

/// <summary>DATA: queued on disk, relayed over the pooled connection, each recipient with an outcome of its own.</summary>
static class MessageScene
{
    static readonly Reply Busy = new(451, new EnhancedCode(4, 2, 1), "This mailbox is busy");

    public static async Task PlayAsync(DemoStage stage)
    {
        var remotes = stage.Setup.Remotes;
        var john = DemoAccount.John.Name;
        var omar = DemoAccount.Omar.Name;
        var message = DemoMessage.Compose("A message to two", $"{john}, {omar}", TimeProvider.System.GetUtcNow());
        DemoClient? client = null;
        stage.BeginScene("A message is queued on disk and relayed");
        try
        {
            await stage.PlayAsync("Jane writes to two recipients", "250 2.1.5", new(Recipients: 2), async ct =>
            {
                client = await stage.ConnectAsync(ct, DemoAccount.Jane);
                await client.SendAsync($"MAIL FROM:<{DemoAccount.Jane.Name}> BODY=8BITMIME", ct);
                await client.SendAsync($"RCPT TO:<{john}>", ct);
                return await client.SendAsync($"RCPT TO:<{omar}>", ct);
            });
            if (client is null)
                return;

            remotes.Accounts.SetAfterData(omar, Busy);
            var connections = remotes.Lmtp.Journal.Connections;
            await stage.PlayAsync("DATA: queued, then relayed; Omar's mailbox is busy", "250 2.0.0", new(Recipients: 2, Messages: 1), async ct =>
            {
                var reply = await client.SendMessageAsync(message, ct);
                await remotes.WaitForMessageAsync(john, 1, ct);
                stage.Dialogue.Add(Speaker.Note, $"John has it; new LMTP connections for it: {remotes.Lmtp.Journal.Connections - connections}");
                remotes.Accounts.SetAfterData(omar, null);
                return reply;
            });
            await stage.PlayAsync("Omar's copy is tried again, John's is not", "1 copy each", new(Recipients: 1, Messages: 1), async ct =>
            {
                await remotes.WaitForMessageAsync(omar, 1, ct);
                return remotes.Accounts.Messages(john).Count == 1 ? "1 copy each" : "two for John";
            });
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync();
        }

        await stage.PlayAsync("It arrived as it was sent, below one Received", "unchanged", RemoteRequests.None, async ct =>
        {
            var arrived = (await remotes.WaitForMessageAsync(john, 1, ct)).Body;
            Arrival.Show(stage.Dialogue, message, arrived.Span);
            return DemoMessage.Compare(message, arrived.Span);
        });
    }
}
