using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Posthouse.Gateway.Sessions.Body;

/// <summary>Which headers a message gets from us.</summary>
readonly record struct AddedHeaders(bool Received, bool ReturnPath, bool Date, bool MessageId);

/// <summary>
/// Writes the block of our headers, which stands above the client's first octet, <c>Received</c> first (RFC 5321 section 4.4). Every value
/// in it was parsed before: a hello name, an address, a mailbox; no octet of the client's goes in unseen.
/// </summary>
static class TraceHeaders
{
    public static byte[] Make(SessionState session, Transaction transaction, string queueId, AddedHeaders added)
    {
        var now = session.Services.Time.GetUtcNow();
        var date = now.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        var block = new StringBuilder(512);
        if (added.Received)
            AppendReceived(block, session, transaction, queueId, date);
        if (added.ReturnPath)
            block.Append("Return-Path: <").Append(transaction.Mail.ReversePath).Append(">\r\n");
        if (added.Date)
            block.Append("Date: ").Append(date).Append("\r\n");
        if (added.MessageId)
            block.Append("Message-ID: <").Append(queueId).Append('@').Append(session.Model.Server.HostName).Append(">\r\n");
        return Encoding.UTF8.GetBytes(block.ToString());
    }

    static void AppendReceived(StringBuilder block, SessionState session, Transaction transaction, string queueId, string date)
    {
        var literal = Literal(session.Connection.RemoteIp);
        block.Append("Received: from ").Append(session.HeloDomain.Length > 0 ? session.HeloDomain : literal)
            .Append(" (").Append(literal).Append(")\r\n");
        block.Append("\tby ").Append(session.Model.Server.HostName).Append(" with ").Append(Protocol(session, transaction));
        if (session.Tls is { } tls)
            block.Append("\r\n\t(version=").Append(Version(tls.Protocol)).Append(" cipher=").Append(tls.CipherSuite).Append(')');
        block.Append("\r\n\tid ").Append(queueId);
        // Two recipients of one message need not know of each other.
        if (transaction.Recipients is [var only])
            block.Append("\r\n\tfor <").Append(only.Mailbox).Append('>');
        block.Append(";\r\n\t").Append(date).Append("\r\n");
    }

    /// <summary>RFC 5321 section 4.1.3, which has no place for the scope of a link-local address: that is a matter of this machine alone.</summary>
    static string Literal(IPAddress ip) => ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{new IPAddress(ip.GetAddressBytes())}]" : $"[{ip}]";

    /// <summary>The registered "with" types (RFC 3848, RFC 6531 section 4.3).</summary>
    static string Protocol(SessionState session, Transaction transaction)
    {
        if (!session.IsLmtp && session.Offer == Offer.None)
            return "SMTP";
        var name = (session.IsLmtp, transaction.Mail.SmtpUtf8) switch
        {
            (false, false) => "ESMTP",
            (false, true) => "UTF8SMTP",
            (true, false) => "LMTP",
            (true, true) => "UTF8LMTP",
        };
        return $"{name}{(session.Tls is null ? "" : "S")}{(session.IsAuthenticated ? "A" : "")}";
    }

    static string Version(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS1.3",
        SslProtocols.Tls12 => "TLS1.2",
        _ => protocol.ToString(),
    };
}
