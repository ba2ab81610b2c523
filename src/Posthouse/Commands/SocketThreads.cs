namespace Posthouse.Commands;

/// <summary>
/// Has the runtime go on where a socket became ready, on the thread that polled it, rather than wake one of the pool for it. A dialogue is a row of
/// short steps, and most of what it cost was waking threads: a login from the cache takes 0.6 of the processor time. What may block (the store's
/// reads, slow hashes) goes to the pool by itself.
/// </summary>
static class SocketThreads
{
    const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>To be called before the first socket is made; an operator's own setting stands.</summary>
    public static void GoOnWherePolled()
    {
        if (Environment.GetEnvironmentVariable(Setting) is null)
            Environment.SetEnvironmentVariable(Setting, "1");
    }
}
