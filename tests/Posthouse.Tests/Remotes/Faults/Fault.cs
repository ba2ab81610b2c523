using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>One row: what a host does wrong and what that costs.</summary>
/// <param name="Rule">The R-number of the rule.</param>
/// <param name="What">The row in words.</param>
sealed record Fault(string Rule, string What)
{
    public RemoteProtocol Protocol { get; init; } = RemoteProtocol.Smtp;

    /// <summary>The host, one script for each connection; what more is dialled is refused.</summary>
    public required string[][] Host { get; init; }

    /// <summary>Questions in order, by <c>; </c>: see <see cref="Questions"/>.</summary>
    public required string Ask { get; init; }

    /// <summary>Their answers or outcomes, in the same form.</summary>
    public required string Gets { get; init; }

    /// <summary>What became of each connection, in order: <c>kept</c>, <c>quit</c> or <c>cut</c>.</summary>
    public required string Leaves { get; init; }

    /// <summary>Stands in the last answer's reason or reply.</summary>
    public string Says { get; init; } = "";

    /// <summary>Entries in the positive and the negative cache afterwards.</summary>
    public (int Yes, int No) Keeps { get; init; }

    /// <summary>Warnings of a host that does not keep to its CHUNKING.</summary>
    public int Warns { get; init; }

    /// <summary>Dials in all, those refused included; 0 = as many as there are connections.</summary>
    public int Dials { get; init; }

    /// <summary>The last question comes to its answer after so long, and not before.</summary>
    public TimeSpan After { get; init; }

    public Func<RemoteHostOptions, RemoteHostOptions>? Define { get; init; }

    public bool IsLocal { get; init; } = true;

    public override string ToString() => $"{Rule} {What}";
}
