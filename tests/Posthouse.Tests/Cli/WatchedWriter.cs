using System.Text.RegularExpressions;

namespace Posthouse.Tests.Cli;

/// <summary>Lets a test wait until a text was written.</summary>
sealed class WatchedWriter : StringWriter
{
    readonly Lock _lock = new();
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text
    {
        get
        {
            lock (_lock)
                return ToString();
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_lock)
        {
            base.WriteLine(value);
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task<Match> SeeAsync(string pattern)
    {
        while (true)
        {
            Task more;
            lock (_lock)
                more = _more.Task;
            if (Regex.Match(Text, pattern) is { Success: true } seen)
                return seen;
            await more.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }
}
