using Posthouse.Sandbox;

namespace Posthouse.Demo;

/// <summary>After the play: how to try it by hand, and what the remotes are asked meanwhile, line by line.</summary>
static class ByHand
{
    public static async Task StayAsync(DemoSetup setup, DemoScreen screen, TextWriter output, CancellationToken stop)
    {
        screen.ShowScene("Try it by hand");
        screen.WriteVerbatim(Text(setup));
        ShowJournal(setup.Remotes.Lmtp, "lmtp", output);
        ShowJournal(setup.Remotes.Imap, "imap", output);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static void ShowJournal(SandboxServer remote, string name, TextWriter output) =>
        remote.Journal.Recorded += entry => output.WriteLine($"{name} {JournalLine.Format(entry)}");

    static string Text(DemoSetup setup) => $"""

          Accounts       {DemoAccount.Jane.Name}, secret {DemoAccount.Jane.Secret}
                         {DemoAccount.John.Name}, secret {DemoAccount.John.Secret}
                         {DemoAccount.Omar.Name}, secret {DemoAccount.Omar.Secret}
          List           {DemoAccount.List}
          Configuration  {setup.ConfigPath}
          Log            {setup.LogPath}

          Send a message as Jane (swaks is in Debian and Homebrew):
            swaks --server {setup.Smtp} --tls --auth PLAIN --auth-user {DemoAccount.Jane.Name} \
                  --auth-password {DemoAccount.Jane.Secret} --from {DemoAccount.Jane.Name} --to {DemoAccount.John.Name}
          A wrong password, an unknown recipient, a stranger who wants to relay:
            swaks --server {setup.Smtp} --tls --auth LOGIN --auth-user {DemoAccount.Jane.Name} \
                  --auth-password wrong --quit-after AUTH
            swaks --server {setup.Smtp} --tls --to nobody@example.org --quit-after RCPT
            swaks --server {setup.Smtp} --tls --to someone@elsewhere.example --quit-after RCPT
          Type the dialogue yourself:
            openssl s_client -quiet -crlf -connect {setup.Submissions}

          What the remotes hear (>) and say (<) is shown below. Ctrl-C ends it all.

        """;
}
