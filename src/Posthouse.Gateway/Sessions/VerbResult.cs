using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions;

/// <summary>What a verb came to: its reply, and whether the session ends with it.</summary>
readonly record struct VerbResult(Reply? Reply, SessionEnd? End = null)
{
    public static implicit operator VerbResult(Reply reply) => new(reply);
}
