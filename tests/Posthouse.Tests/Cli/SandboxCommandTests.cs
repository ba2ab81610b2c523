using System.CommandLine;
using Posthouse.Commands;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Tests.Config;
using Posthouse.Tests.Remotes;

namespace Posthouse.Tests.Cli;

public sealed class SandboxCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_listens_on_a_Unix_socket()
    {
        var socket = Path.Combine(_folder, "lmtp");
        var answer = await AskAsync(["--socket", socket, "--tls", "none"], @"^lmtp on unix:(\S+); Ctrl-C", place => $"""
            [remote.box]
            address = "unix:{place}"
            protocol = "lmtp"
            tls = {"{"} implicit = false, starttls = "disable" {"}"}
            """);
        Assert.Equal(AnswerKind.Yes, answer.Kind);
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task Its_certificate_serves_as_the_authority_of_its_client()
    {
        var file = Path.Combine(_folder, "box.pem");
        var answer = await AskAsync(["--certificate", file, "--tls", "implicit"], @"^lmtp on 127\.0\.0\.1:(\d+); Ctrl-C", place => $"""
            [remote.box]
            address = "127.0.0.1:{place}"
            protocol = "lmtp"
            tls.ca = "{file}"
            """);
        Assert.True(answer.Kind == AnswerKind.Yes, answer.Reason);
    }

    async Task<Answer> AskAsync(string[] options, string announcement, Func<string, string> definition)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var output = new WatchedWriter();
        var running = PosthouseCommand.Create().Parse(["sandbox", "--user", "jane@example.org:tulip", .. options]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = output, ProcessTerminationTimeout = null }, stop.Token);
        var place = (await output.SeeAsync(announcement)).Groups[1].Value;
        Answer answer;
        await using (var host = new RemoteHost(Assert.Single(ConfigText.Model(definition(place)).Remotes) with { Lookup = true }))
            answer = await host.VerifyRecipientAsync(SandboxedHost.MailboxOf("jane@example.org"), Cancel);
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Success, await running);
        return answer;
    }
}
