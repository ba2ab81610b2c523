using Posthouse.Tests.Remotes.Forwarding;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Remotes;

/// <summary>A connection that rests has one read pending, which is watched for as long as it is.</summary>
public class RestTests
{
    [Fact]
    public async Task A_read_that_was_pending_before_is_watched_already_until_a_reply_has_ended_it()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("NOOP\r\n");
            await peer.SayAsync("250 ok\r\n");
            await peer.FarewellAsync();
        });
        await using var host = dialler.Host();
        var connection = await dialler.ConnectAsync(host.Options, null);

        var first = connection.Rest(out var isNew);
        Assert.True(isNew);
        // Lent and given back without a word, as where the host offers no login.
        connection.Wake();
        Assert.Same(first, connection.Rest(out isNew));
        Assert.False(isNew);

        connection.Wake();
        connection.BeginRequest(SandboxedHost.Token);
        await connection.CommandAsync(SmtpCommandWriter.TryVerb(connection.Wire.Output, SmtpVerb.Noop), "NOOP", connection.LookupAllowance);
        connection.EndRequest();
        Assert.NotSame(first, connection.Rest(out isNew));
        Assert.True(isNew);

        connection.Wake();
        await connection.CloseAsync();
        await dialler.PlayedAsync();
    }
}
