using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>A host that is redefined while it is in use keeps to its concurrency, the connections of before included.</summary>
public class ReloadTests
{
    [Fact]
    public async Task The_old_pool_and_the_new_one_share_the_slots()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, line) => verb == "VRFY" && line.Contains("slow", StringComparison.Ordinal) ? SandboxAction.Hold(gate.Task) : null;
        var options = box.Host.Options with { Concurrency = 2 };
        var dialler = new CountingDialler();
        await using var registry = new RemoteHostRegistry([options], new RemoteHostServices { Dialler = dialler });
        Assert.True(registry.TryGet("box", out var before));
        var slow = Enumerable.Range(0, 2).Select(i => before.VerifyAsync($"slow{i}", SandboxedHost.Token).AsTask()).ToArray();
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 2, SandboxedHost.Token);

        registry.Apply([options with { HelloName = "other.example" }]);
        Assert.True(registry.TryGet("box", out var after));
        var next = after.VerifyAsync("jane@example.org", SandboxedHost.Token).AsTask();
        Assert.Equal((1, 0), (after.Snapshot().Waiting, after.Snapshot().Connecting));
        Assert.Equal(2, box.Journal.Connections);
        gate.SetResult();

        Assert.Equal(AnswerKind.Yes, (await next).Kind);
        Assert.All(await Task.WhenAll(slow), answer => Assert.Equal(AnswerKind.No, answer.Kind));
        Assert.Equal(2, dialler.Peak);
    }

    [Fact]
    public async Task Many_reloads_under_load_lose_no_answer_and_never_open_too_many()
    {
        var dialler = new CountingDialler();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var options = box.Host.Options with { Concurrency = 3 };
        await using var registry = new RemoteHostRegistry([options], new RemoteHostServices { Dialler = dialler });
        var asked = 0;
        var load = Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                Answer answer;
                do
                {
                    Assert.True(registry.TryGet("box", out var host));
                    answer = await host.VerifyAsync($"nobody{Interlocked.Increment(ref asked)}", SandboxedHost.Token);
                }
                // A host taken out of service between the two lines above says so.
                while (answer.Reason.Contains("out of service", StringComparison.Ordinal));
                Assert.True(answer.Kind == AnswerKind.No, answer.Reason);
            }
        })).ToArray();
        for (var i = 0; i < 20; i++)
        {
            registry.Apply([options with { HelloName = $"h{i}.example" }]);
            await Task.WhenAny(Task.WhenAll(load), box.Journal.WaitAsync(() => box.Journal.Count("VRFY") > i * 20, SandboxedHost.Token));
        }
        await Task.WhenAll(load);

        Assert.InRange(dialler.Peak, 1, 3);
    }
}
