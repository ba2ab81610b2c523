namespace Posthouse.Gateway.Config.Schema;

/// <summary>Full names of keys, such as <c>remote."mx.example".tls.implicit</c>.</summary>
static class KeyPath
{
    /// <summary>The parts of a name, without their quotes.</summary>
    public static IEnumerable<string> PartsOf(string name)
    {
        for (var from = 0; from < name.Length;)
        {
            var quote = name[from] is '"' or '\'' ? name[from] : '.';
            var start = quote == '.' ? from : from + 1;
            var end = name.IndexOf(quote, start);
            if (end < 0)
                end = name.Length;
            yield return name[start..end];
            from = quote == '.' ? end + 1 : end + 2;
        }
    }
}
