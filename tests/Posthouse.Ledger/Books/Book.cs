using System.Globalization;
using System.Text;

namespace Posthouse.Ledger.Books;

/// <summary>A ledger on disk: each line is with the system before this returns, and only then may its writer answer anyone.</summary>
sealed class Book(string path) : IDisposable
{
    readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    readonly Lock _gate = new();

    internal string Path { get; } = path;

    internal void Write(string kind, params ReadOnlySpan<string> words)
    {
        lock (_gate)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{Now:F6} {kind} {string.Join(' ', words)}\n");
            _file.Write(Encoding.ASCII.GetBytes(line));
        }
    }

    public void Dispose() => _file.Dispose();

    internal static IEnumerable<Entry> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            yield return new Entry(double.Parse(words[0], CultureInfo.InvariantCulture), words[1], words[2..]);
        }
    }

    /// <summary>Seconds of the clock that strace writes as well.</summary>
    internal static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
}

/// <summary>One line of a ledger.</summary>
/// <param name="Time">Seconds since 1970.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Words">To what.</param>
readonly record struct Entry(double Time, string Kind, string[] Words);
