namespace Posthouse.Demo.Scenes;

/// <summary>AUTH, answered by the IMAP remote or from what it said before.</summary>
static class LoginScene
{
    public static async Task PlayAsync(DemoStage stage)
    {
        var wrong = DemoAccount.Jane with { Secret = "wrong" };
        stage.BeginScene("Users log in with what the IMAP remote knows");
        await LogInAsync("Jane logs in: the IMAP remote is asked", "235 2.7.0", 1, DemoAccount.Jane);
        await LogInAsync("Jane again: the answer is still known", "235 2.7.0", 0, DemoAccount.Jane);
        await LogInAsync("John, by AUTH LOGIN", "235 2.7.0", 1, DemoAccount.John, byLogin: true);
        await LogInAsync("A wrong password: the remote is asked, and says no", "535 5.7.8", 1, wrong);
        await LogInAsync("The same wrong password: the no is known as well", "535 5.7.8", 0, wrong);

        Task LogInAsync(string title, string expected, int logins, DemoAccount account, bool byLogin = false) =>
            stage.PlayAsync(title, expected, new RemoteRequests(Logins: logins), async ct =>
            {
                await using var client = await stage.ConnectAsync(ct);
                return byLogin ? await client.AuthLoginAsync(account, ct) : await client.AuthPlainAsync(account, ct);
            });
    }
}
