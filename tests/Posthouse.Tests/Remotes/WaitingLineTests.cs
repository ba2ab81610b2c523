using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Smtp;

namespace Posthouse.Tests.Remotes;

public class WaitingLineTests
{
    [Fact]
    public void With_ten_connections_each_class_gets_two_before_the_urgent_ones_go_first()
    {
        var line = Fill(10, logins: 8, checks: 8, relays: 8);
        Assert.Equal("LLCCRRLLLL", Serve(line, 10));
    }

    [Fact]
    public void A_class_below_its_reserve_gets_the_next_free_connection()
    {
        var line = Fill(10, logins: 0, checks: 0, relays: 20);
        Assert.Equal("RRRRRRRRRR", Serve(line, 10));
        line.Add(RequestClass.Login);
        line.Release(RequestClass.Relay);
        Assert.Equal("L", Serve(line, 1));
    }

    [Fact]
    public void With_fewer_than_five_the_classes_take_turns()
    {
        var line = Fill(4, logins: 3, checks: 3, relays: 3);
        Assert.Equal("LCRLCRLCR", Serve(line, 9));
    }

    [Fact]
    public void A_class_that_cannot_be_helped_is_passed_over()
    {
        var line = Fill(10, logins: 1, checks: 0, relays: 1);
        Assert.Equal(RequestClass.Relay, line.Next(requestClass => requestClass != RequestClass.Login));
    }

    static WaitingLine<SmtpConnection> Fill(int concurrency, int logins, int checks, int relays)
    {
        var line = new WaitingLine<SmtpConnection>(concurrency);
        foreach (var (requestClass, count) in new[] { (RequestClass.Login, logins), (RequestClass.Check, checks), (RequestClass.Relay, relays) })
        {
            for (var i = 0; i < count; i++)
                line.Add(requestClass);
        }
        return line;
    }

    static string Serve(WaitingLine<SmtpConnection> line, int count) => string.Concat(Enumerable.Range(0, count).Select(_ =>
    {
        var next = line.Next(_ => true)!.Value;
        line.Take(next);
        return "LCR"[(int)next];
    }));
}
