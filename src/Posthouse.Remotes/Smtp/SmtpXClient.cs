using System.Runtime.InteropServices;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Tells a host on whose behalf the next login or mail transaction comes, as Postfix's XCLIENT_README has it: (1) XCLIENT, in several
/// commands where one is too short, each answered by a new greeting, (2) hello in the client's name, (3) our own login again
/// where the connection has one.
/// <para>
/// A request without a client, or with one of whom less is known than of the one before, takes no connection that has told of a client:
/// that one might still be taken for the sender, or, unknown to the host, be refused what we ourselves may do.
/// </para>
/// </summary>
static class SmtpXClient
{
    /// <summary>Within a request. True where the host was told, so that what it offers may have changed.</summary>
    public static async Task<bool> AnnounceAsync(SmtpConnection connection, ClientIdentity? client, Allowance allowance)
    {
        if (connection.Host.ForwardClient != ForwardClient.XClient || (client is null && connection.Announced.Count == 0))
            return false;
        if (client is null)
            throw Stale(connection, "XCLIENT: the connection has told of a client, and the request has none");

        // With LOGIN the host takes us for logged in, and refuses our own AUTH (RFC 4954 section 4).
        var told = connection.Kind == ConnectionKind.LoggedIn ? client with { Login = null } : client;
        var fields = ClientFields.Of(told, connection.Extensions.XclientNames);
        if (fields.Count == 0)
            throw Refused(connection, "not offered by the host");
        if (ClientFields.WouldStick(connection.Announced, fields))
            throw Stale(connection, "XCLIENT: the connection has told more of another client");

        // 1.
        for (var at = 0; at < fields.Count;)
        {
            var written = SmtpCommandWriter.TryXClient(connection.Wire.Output, CollectionsMarshal.AsSpan(fields)[at..], out var taken);
            at += taken;
            var greeting = await connection.CommandAsync(written, "XCLIENT", allowance);
            if (greeting.IsTransient || greeting.IsPermanent)
                throw Refused(connection, greeting.ToString(), greeting);
            if (greeting.Code != 220)
                throw connection.Wire.Garbled($"XCLIENT: {greeting} is no greeting");
            if (connection.Wire.HasUnasked)
                throw connection.Wire.Garbled("XCLIENT: more came than a greeting");
        }
        connection.Announced = fields;

        // 2. Postfix and Dovecot keep the name of this hello, whatever HELO= has told.
        await SmtpHello.SayAsync(connection, allowance, client.HelloName);
        // Postfix asks itself anew whether it trusts the client, who now is another than we.
        if (!connection.Extensions.Xclient)
            connection.Retire();

        // 3.
        if (connection.Kind == ConnectionKind.LoggedIn)
            await SmtpOwnLogin.RunAsync(connection, allowance);
        return true;
    }

    /// <summary>A host that has taken it on this connection before may take it on a fresh one again.</summary>
    static HostUnavailableException Refused(SmtpConnection connection, string reason, Reply? reply = null)
    {
        var text = $"XCLIENT: {reason}; {connection.Host.Name("forward-client")} is xclient";
        return connection.Announced.Count > 0
            ? Stale(connection, text, reply)
            : new HostUnavailableException(text, reply is { IsTransient: true } ? Blame.Transport : Blame.Definition, reply);
    }

    static ConnectionLostException Stale(SmtpConnection connection, string reason, Reply? reply = null)
    {
        connection.Wire.Break(reason);
        return new ConnectionLostException(reason, reply);
    }
}
