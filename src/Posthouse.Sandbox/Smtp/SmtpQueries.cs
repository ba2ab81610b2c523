using System.Text;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>VRFY and EXPN (RFC 5321 section 3.5), of names with or without brackets.</summary>
static class SmtpQueries
{
    public static Reply Verify(SandboxAccounts accounts, ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty)
            return SmtpReplies.BadArgument;
        return accounts.Find(Name(argument)) is { IsMailbox: true } account
            ? new Reply(250, new EnhancedCode(2, 1, 5), $"<{account.Name}>")
            : SmtpReplies.UnknownUser;
    }

    public static Reply Expand(SandboxAccounts accounts, ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty)
            return SmtpReplies.BadArgument;
        return accounts.Find(Name(argument)) is { Members: { Count: > 0 } members }
            ? new Reply(250, new EnhancedCode(2, 1, 5), [.. members.Select(member => $"<{member}>")])
            : SmtpReplies.UnknownList;
    }

    static string Name(ReadOnlySpan<byte> argument) =>
        Encoding.UTF8.GetString(argument.StartsWith("<"u8) && argument.EndsWith(">"u8) ? argument[1..^1] : argument);
}
