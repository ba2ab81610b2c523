using System.Collections.Concurrent;
using System.Diagnostics;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Telemetry;

/// <summary>One activity for each conversation with a host, under its caller's.</summary>
public class ActivityTests
{
    [Fact]
    public async Task A_conversation_stands_under_whoever_asked_and_names_nobody()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Posthouse.Remotes" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Id = "traced" });

        using (var caller = source.StartActivity("caller")!)
        {
            await box.CheckAsync("jane@example.org");
            await box.LogInAsync("jane@example.org", "tulip");
            await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token);
            await box.RelayAsync("a: b\r\n\r\n", "jane@example.org");
            box.Host.Flush();
            await box.Server.StopAsync();
            await box.CheckAsync("jane@example.org");

            var mine = ended.Where(activity => activity.GetTagItem("posthouse.remote") as string == "traced").ToList();
            Assert.Equal(["AUTH", "MAIL", "RCPT", "RCPT", "VRFY"], mine.Select(activity => activity.OperationName).Order(StringComparer.Ordinal));
            Assert.All(mine, activity =>
            {
                Assert.Equal((caller.TraceId, caller.SpanId, ActivityKind.Client), (activity.TraceId, activity.ParentSpanId, activity.Kind));
                Assert.Equal("smtp", activity.GetTagItem("network.protocol.name"));
                Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains("jane", StringComparison.Ordinal));
            });
            Assert.Equal(ActivityStatusCode.Error, Assert.Single(mine, activity => activity.Status != ActivityStatusCode.Unset).Status);
        }
    }
}
