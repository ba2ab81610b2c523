using Posthouse.Demo.Scenes;

namespace Posthouse.Demo;

/// <summary>
/// The demo from its start to its end: (1) both remotes and the gateway start, (2) a client plays the scenes, (3) a table sums up,
/// (4) all stays up to be tried by hand, unless it was asked for once.
/// </summary>
static class DemoRun
{
    /// <returns>Whether every step went as expected.</returns>
    public static async Task<bool> PlayAsync(TextWriter output, bool isTerminal, bool once, CancellationToken stop)
    {
        var shared = TextWriter.Synchronized(output);
        var screen = new DemoScreen(shared, isTerminal);

        // 1
        await using var setup = await DemoSetup.StartAsync(stop);
        screen.ShowTitle("Posthouse, a mail gateway, between a client and two mail servers", $"""
              client  ->  Posthouse {setup.Smtp} (STARTTLS), {setup.Submissions} (TLS)
                            -> remote "lmtp"  localhost:{setup.Remotes.Lmtp.Port}  recipients, lists, mail
                            -> remote "imap"  localhost:{setup.Remotes.Imap.Port}  logins
              configuration {setup.ConfigPath}
            """);

        // 2
        var stage = new DemoStage(setup, screen, TimeProvider.System, stop);
        foreach (var scene in Scenes)
            await scene(stage);

        // 3
        screen.ShowSummary(stage.Steps);
        var isAsExpected = stage.Steps.All(step => step.IsAsExpected);
        if (!isAsExpected)
            await ShowLogAsync(setup.LogPath, screen);

        // 4
        if (!once)
            await ByHand.StayAsync(setup, screen, shared, stop);
        return isAsExpected;
    }

    static readonly Func<DemoStage, Task>[] Scenes =
    [
        GreetingScene.PlayAsync,
        LoginScene.PlayAsync,
        RecipientScene.PlayAsync,
        DirectoryScene.PlayAsync,
        MessageScene.PlayAsync,
        OutageScene.PlayAsync,
    ];

    static async Task ShowLogAsync(string path, DemoScreen screen)
    {
        const int most = 30;
        screen.ShowScene("The gateway's last log lines");
        await using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.TakeLast(most))
            screen.WriteVerbatim(line);
    }
}
