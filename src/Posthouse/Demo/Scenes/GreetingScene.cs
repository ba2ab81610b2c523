namespace Posthouse.Demo.Scenes;

/// <summary>EHLO and STARTTLS.</summary>
static class GreetingScene
{
    public static async Task PlayAsync(DemoStage stage)
    {
        stage.BeginScene("A client says hello");
        DemoClient? client = null;
        try
        {
            await stage.PlayAsync("In clear text, TLS is offered and a login is not", "no AUTH yet", RemoteRequests.None, async ct =>
            {
                client = await DemoClient.ConnectAsync(stage.Setup.Smtp, stage.Setup.Certificate, stage.Dialogue, ct);
                return Offers(await client.SendAsync("EHLO client.example.com", ct));
            });
            if (client is null)
                return;
            await stage.PlayAsync("After STARTTLS, a login is offered", "AUTH", RemoteRequests.None, async ct =>
            {
                await client.StartTlsAsync(ct);
                return Offers(await client.SendAsync("EHLO client.example.com", ct));
            });
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync();
        }
    }

    static string Offers(DemoReply reply) => (reply.Offers("STARTTLS"), reply.Offers("AUTH"), reply.Offers("AUTH", "PLAIN", "LOGIN")) switch
    {
        (true, false, _) => "no AUTH yet",
        (false, true, true) => "AUTH",
        (var tls, var auth, var both) => $"STARTTLS {tls}, auth {auth}, PLAIN and LOGIN {both}",
    };
}
