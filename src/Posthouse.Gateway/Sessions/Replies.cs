using System.Globalization;
using Posthouse.Gateway.Queue;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>What a client is told (DIALECT §6).</summary>
static class Replies
{
    // Success.
    public static readonly Reply Done = Make(250, 2, 0, 0, "OK");
    public static readonly Reply Bye = Make(221, 2, 0, 0, "Bye");
    public static readonly Reply Help = Make(214, 2, 0, 0, "RFC 5321 has the commands");
    public static readonly Reply SenderOk = Make(250, 2, 1, 0, "Sender OK");
    public static readonly Reply RecipientOk = Make(250, 2, 1, 5, "Recipient OK");
    public static readonly Reply StartMail = new(354, null, "End the message with <CRLF>.<CRLF>");
    public static readonly Reply ReadyForTls = Make(220, 2, 0, 0, "Ready to start TLS");

    // AUTH.
    public static readonly Reply LoggedIn = Make(235, 2, 7, 0, "Authentication succeeded");
    public static readonly Reply LoginRefused = Make(535, 5, 7, 8, "Authentication credentials invalid");
    public static readonly Reply LoginUnnamed = Make(535, 5, 7, 8, "The user name is missing: send it as a= in the GS2 header");
    public static readonly Reply LoginUnavailable = Make(454, 4, 7, 0, "Temporary authentication failure");
    public static readonly Reply AuthNotOffered = Make(503, 5, 5, 1, "AUTH not offered here");
    public static readonly Reply AlreadyLoggedIn = Make(503, 5, 5, 1, "Already authenticated");
    public static readonly Reply AuthNeedsTls = Make(538, 5, 7, 11, "Encryption required for authentication");
    public static readonly Reply AuthMalformed = Make(501, 5, 5, 2, "Cannot decode response");
    public static readonly Reply AuthMechanism = Make(504, 5, 5, 4, "Unknown authentication mechanism");
    public static readonly Reply AuthCancelled = Make(501, 5, 7, 0, "Authentication cancelled");
    public static readonly Reply AuthTooLong = Make(500, 5, 5, 6, "Authentication exchange line is too long");

    // Syntax and sequence.
    public static readonly Reply UnknownCommand = Make(500, 5, 5, 2, "Command not recognized");
    public static readonly Reply LineTooLong = Make(500, 5, 5, 2, "Line too long");
    public static readonly Reply BareLineEnd = Make(500, 5, 5, 2, "Lines must end with <CRLF>");
    public static readonly Reply WrongHello = Make(500, 5, 5, 1, "This listener speaks another protocol");
    public static readonly Reply BadArgument = Make(501, 5, 5, 4, "Invalid argument");
    public static readonly Reply NoArgument = Make(501, 5, 5, 4, "No argument allowed");
    public static readonly Reply NotFullyQualified = Make(550, 5, 5, 0, "The name must be fully qualified");
    public static readonly Reply HelloFirst = Make(503, 5, 5, 1, "Introduce yourself first");
    public static readonly Reply MailFirst = Make(503, 5, 5, 1, "MAIL first");
    public static readonly Reply RecipientFirst = Make(503, 5, 5, 1, "RCPT first");
    public static readonly Reply NoRecipients = Make(554, 5, 5, 1, "No valid recipients");
    public static readonly Reply TransactionOpen = Make(503, 5, 5, 1, "Not in a mail transaction");
    public static readonly Reply ChunksOpen = Make(503, 5, 5, 1, "BDAT in progress");
    public static readonly Reply ChunkOutOfOrder = Make(503, 5, 5, 1, "BDAT out of order");
    public static readonly Reply NoStartTls = Make(503, 5, 5, 1, "STARTTLS not offered");

    // MAIL and RCPT.
    public static readonly Reply LoginRequired = Make(530, 5, 7, 0, "Authentication required");
    public static readonly Reply SenderNotOwned = Make(553, 5, 7, 1, "The sender address does not belong to this login");
    public static readonly Reply UnknownRecipient = Make(550, 5, 1, 1, "Mailbox does not exist");
    public static readonly Reply RelayDenied = Make(550, 5, 7, 1, "Relay not allowed");
    public static readonly Reply MailboxFull = Make(452, 4, 2, 2, "Mailbox full");
    public static readonly Reply TooManyRecipients = Make(452, 4, 5, 3, "Too many recipients");
    public static readonly Reply Throttled = Make(451, 4, 4, 5, "Too much at a time, try again later");
    public static readonly Reply Undecided = Make(451, 4, 4, 3, "Unable to verify at this time");
    public static readonly Reply TooManyWaiting = Make(451, 4, 4, 5, "Too many are waiting to be verified");

    // VRFY and EXPN.
    public static readonly Reply QueryUnavailable = Make(252, 2, 5, 0, "Unable to verify at this time");
    public static readonly Reply QueryOff = Make(252, 2, 5, 1, "Not verified here");

    // The message.
    public static readonly Reply TooBig = Make(552, 5, 3, 4, "Message too big");
    public static readonly Reply Loop = Make(554, 5, 4, 6, "Too many Received headers: mail loop");
    public static readonly Reply BareControl = Make(550, 5, 5, 2, "Message holds a bare CR or LF");
    public static readonly Reply Nul = Make(550, 5, 6, 0, "Message holds a NUL");
    public static readonly Reply NoSpace = Make(452, 4, 3, 1, "Insufficient system storage");
    public static readonly Reply OverQuota = Make(452, 4, 3, 1, "Too much mail is waiting already, try again later");
    public static readonly Reply StoreFailed = Make(451, 4, 3, 0, "Unable to store messages at this time");
    public static readonly Reply TooManyMessages = Make(451, 4, 4, 5, "Too many messages in this session");

    // The last reply of a session.
    public static readonly Reply TimedOut = Make(421, 4, 4, 2, "Timeout");
    public static readonly Reply ShuttingDown = Make(421, 4, 3, 2, "Shutting down");
    public static readonly Reply TooManyErrors = Make(421, 4, 7, 0, "Too many errors");
    public static readonly Reply TooMuchData = Make(421, 4, 7, 0, "Too much data");
    public static readonly Reply TooManySessions = Make(421, 4, 7, 0, "Too many connections, try again later");
    public static readonly Reply NotAWebServer = Make(421, 4, 7, 0, "This is a mail server");
    public static readonly Reply SessionUndecided = Make(421, 4, 4, 3, "Unable to decide at this time");
    public static readonly Reply OutOfTurn = Make(554, 5, 5, 0, "Wait for your turn");
    public static readonly Reply Faulted = Make(421, 4, 3, 0, "Internal error");

    public static Reply Queued(string id) => Make(250, 2, 0, 0, $"Queued as {id}");

    public static Reply ChunkTaken(long octets) => Make(250, 2, 0, 0, string.Create(CultureInfo.InvariantCulture, $"{octets} octets received"));

    public static Reply Challenge(string base64) => new(334, null, base64);

    public static Reply Values(IReadOnlyList<string> lines) => new(250, new EnhancedCode(2, 1, 5), lines.Count > 0 ? lines : ["OK"]);

    /// <summary>What the queue's refusal means to the client; null for <see cref="IntakeResult.Committed"/>.</summary>
    public static Reply? Of(IntakeResult result) => result switch
    {
        IntakeResult.Committed => null,
        IntakeResult.NoSpace => NoSpace,
        IntakeResult.OverQuota => OverQuota,
        IntakeResult.TooBig => TooBig,
        IntakeResult.Undecided => Undecided,
        _ => StoreFailed,
    };

    /// <summary>What is said besides the code where a session ends by our will.</summary>
    public static Reply? Last(SessionEnd end) => end switch
    {
        SessionEnd.Timeout => TimedOut,
        SessionEnd.Shutdown => ShuttingDown,
        SessionEnd.TooManyErrors => TooManyErrors,
        SessionEnd.TooMuchData => TooMuchData,
        SessionEnd.Throttled => TooManySessions,
        SessionEnd.Fault => Faulted,
        _ => null,
    };

    static Reply Make(int code, int enhancedClass, int subject, int detail, string text) =>
        new(code, new EnhancedCode(enhancedClass, subject, detail), text);
}
