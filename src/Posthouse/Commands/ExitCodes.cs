namespace Posthouse.Commands;

/// <summary>What the process ends with; the README documents them.</summary>
static class ExitCodes
{
    /// <summary>Done, and nothing wrong.</summary>
    public const int Success = 0;

    /// <summary>Something is wrong: an error in a configuration, a port that is taken, a step of the demo not as expected.</summary>
    public const int Failure = 1;

    /// <summary>A file that is missing or not permitted.</summary>
    public const int Unreadable = 2;

    /// <summary>A command line that is not understood.</summary>
    public const int Usage = 2;
}
