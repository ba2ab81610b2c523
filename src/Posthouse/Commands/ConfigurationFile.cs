using Posthouse.Gateway.Config;

namespace Posthouse.Commands;

/// <summary>A configuration file once read, or the one line that says why it could not be.</summary>
/// <param name="Result">Null where the file could not be read.</param>
/// <param name="Unreadable">Why, without the path.</param>
sealed record ConfigurationFile(string Path, ConfigResult? Result, string Unreadable = "")
{
    public static ConfigurationFile Read(string path, Func<string, ConfigResult> check)
    {
        if (path.Length == 0)
            return new(path, null, "no file is named");
        if (Directory.Exists(path))
            return new(path, null, "this is a folder, not a file");
        try
        {
            return new(path, check(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(path, null, "there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            return new(path, null, "not permitted to read it");
        }
        catch (IOException e)
        {
            return new(path, null, e.Message);
        }
    }

    public bool HasErrors => Result is null || Result.Model is null || Result.Problems.Any(problem => problem.IsError);
}
