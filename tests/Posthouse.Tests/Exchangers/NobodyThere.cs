using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Tests.Exchangers;

/// <summary>A network on which nobody is to be reached, once the gate is open.</summary>
sealed class NobodyThere(Task? gate = null) : IDialler
{
    public async Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await (gate ?? Task.CompletedTask).WaitAsync(cancellationToken);
        throw new HostUnavailableException("nobody there");
    }
}
