namespace Posthouse.Gateway.Listening;

/// <summary>Lets something be told once in a while, with the number of times that went by untold.</summary>
sealed class SparseWord(TimeSpan pause, TimeProvider time)
{
    readonly Lock _gate = new();
    long? _told;
    long _untold;

    /// <summary>Whether it is time.</summary>
    /// <param name="others">So many were not told since the last one that was.</param>
    public bool TryTell(out long others)
    {
        lock (_gate)
        {
            others = 0;
            if (_told is { } last && time.GetElapsedTime(last) < pause)
            {
                _untold++;
                return false;
            }
            _told = time.GetTimestamp();
            (others, _untold) = (_untold, 0);
            return true;
        }
    }
}
