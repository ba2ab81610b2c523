using System.CommandLine;

namespace Posthouse.Commands;

/// <summary>Queue ids on a command line.</summary>
static class QueueIds
{
    public static Argument<string[]> Argument(ArgumentArity arity)
    {
        var ids = new Argument<string[]>("ID") { Description = "Queue ids.", Arity = arity };
        // What is no option of the command comes here.
        ids.Validators.Add(static found =>
        {
            foreach (var token in found.Tokens.Where(static token => token.Value.StartsWith('-')))
                found.AddError($"there is no option {token.Value} here; see --help");
            if (found.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
                found.AddError("a queue id is empty");
        });
        return ids;
    }
}
