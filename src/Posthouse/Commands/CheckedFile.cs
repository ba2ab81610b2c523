using System.CommandLine;
using System.Text;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Effective;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>The settings of a file without errors, or the exit code after these have been told.</summary>
/// <param name="Values">Null where there are errors.</param>
sealed record CheckedFile(IReadOnlyList<EffectiveValue>? Values, int ExitCode)
{
    public static CheckedFile Read(string path, Func<string, ConfigResult> check, InvocationConfiguration console)
    {
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return Unreadable(path, file.Unreadable, console);
        if (file.HasErrors)
        {
            new CheckReport(console.Error, showSource: false).Write(path, file.Result);
            return new(null, ExitCodes.Failure);
        }
        try
        {
            return new(EffectiveConfiguration.Read(path), ExitCodes.Success);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            // It was changed since it was checked.
            return Unreadable(path, e.Message, console);
        }
    }

    static CheckedFile Unreadable(string path, string why, InvocationConfiguration console)
    {
        console.Error.WriteLine($"posthouse: {PrintableText.Of(path)}: {PrintableText.Of(why)}");
        return new(null, ExitCodes.Unreadable);
    }
}
