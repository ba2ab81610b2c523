using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[session]</c> and the tables below it.</summary>
static class SessionSection
{
    public static SessionModel Read(TomlTable root, ReadScope scope)
    {
        SessionTraps.Warn(root, scope);
        var table = new TableReader(TablesById.OrEmpty(root, "session"), scope);
        return new SessionModel
        {
            Timeout = table.Read(SessionKeys.Timeout),
            Duration = table.Read(SessionKeys.Duration),
            TransferLimit = table.Read(SessionKeys.TransferLimit),
            PerIpLimit = table.Read(SessionKeys.PerIpLimit),
            Ehlo = new EhloModel
            {
                Require = table.Read(SessionKeys.EhloRequire),
                RejectNonFqdn = table.Compile(SessionKeys.EhloRejectNonFqdn)?.Setting,
            },
            Extensions = new ExtensionsModel
            {
                Pipelining = table.Read(SessionKeys.Pipelining),
                Chunking = table.Read(SessionKeys.Chunking),
                Dsn = table.Read(SessionKeys.Dsn),
                RequireTls = table.Read(SessionKeys.RequireTls),
            },
            Auth = AuthSection.Read(table),
            Rcpt = RcptSection.Read(table, scope),
            Data = new DataModel
            {
                MaxMessages = table.Read(SessionKeys.MaxMessages),
                AnnouncedMessages = table.Announced(SessionKeys.MaxMessages),
                MaxSize = table.Read(SessionKeys.MaxSize),
                AnnouncedSize = table.Announced(SessionKeys.MaxSize),
                MaxReceivedHeaders = table.Read(SessionKeys.MaxReceivedHeaders),
                AddReceived = table.Read(SessionKeys.AddReceived),
                AddMessageId = table.Compile(SessionKeys.AddMessageId)?.Setting,
                AddDate = table.Compile(SessionKeys.AddDate)?.Setting,
                AddReturnPath = table.Read(SessionKeys.AddReturnPath),
            },
            Throttles = ThrottleSection.ReadSession(root, scope),
        };
    }
}
