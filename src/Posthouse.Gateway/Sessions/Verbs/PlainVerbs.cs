namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>NOOP, HELP and QUIT: verbs that change nothing.</summary>
static class PlainVerbs
{
    public static ValueTask<VerbResult> NoopAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        new(Replies.Done);

    public static ValueTask<VerbResult> HelpAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        new(Replies.Help);

    public static ValueTask<VerbResult> QuitAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken) =>
        new(argument.IsEmpty ? new VerbResult(Replies.Bye, SessionEnd.Quit) : Replies.NoArgument);
}
