namespace Posthouse.Demo;

/// <summary>One step as it went.</summary>
/// <param name="Expected">What the reply had to begin with.</param>
/// <param name="Got">What came.</param>
/// <param name="MayAsk">What the remotes had to be asked, exactly.</param>
/// <param name="Asked">What they were asked.</param>
sealed record DemoStep(string Title, string Expected, string Got, RemoteRequests MayAsk, RemoteRequests Asked, TimeSpan Took)
{
    public bool IsAsExpected => Asked == MayAsk && Got.StartsWith(Expected, StringComparison.Ordinal);
}
