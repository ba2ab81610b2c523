using System.Collections.Concurrent;
using System.Diagnostics;
using Posthouse.Remotes.Answers;

namespace Posthouse.Integration.RealHosts;

/// <summary>Asks the same question again and again, and counts what it hears.</summary>
sealed class Asker(Func<Task<Answer>> ask, AnswerKind right)
{
    // A refused connect comes back at once; the server that is about to start needs the processor too.
    static readonly TimeSpan _breath = TimeSpan.FromMilliseconds(10);

    int _right;
    int _unavailable;

    public int Right => Volatile.Read(ref _right);

    public int Unavailable => Volatile.Read(ref _unavailable);

    /// <summary>Answers that were neither right nor unavailable.</summary>
    public ConcurrentQueue<Answer> Lies { get; } = [];

    /// <summary>The longest that an answer took; to be read at the end.</summary>
    public TimeSpan Longest { get; private set; }

    public Asker Another() => new(ask, right);

    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await ask();
            var took = Stopwatch.GetElapsedTime(start);
            Longest = took > Longest ? took : Longest;
            if (answer.Kind == right)
                Interlocked.Increment(ref _right);
            else if (answer.Kind == AnswerKind.Unavailable)
                Interlocked.Increment(ref _unavailable);
            else
                Lies.Enqueue(answer);
            await Task.Delay(_breath, CancellationToken.None);
        }
    }
}
