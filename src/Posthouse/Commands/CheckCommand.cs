using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse check FILE…</c>: everything wrong with the files, in one go.</summary>
static class CheckCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Configuration files, each checked by itself.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("check", "Check configuration files. Exit code 1 for errors, 2 for a file that cannot be read.") { files };
        command.SetAction(parsed =>
        {
            var report = new CheckReport(parsed.InvocationConfiguration.Output, showSource: !Console.IsOutputRedirected);
            var exitCode = ExitCodes.Success;
            foreach (var path in parsed.GetRequiredValue(files))
                exitCode = Math.Max(exitCode, Check(path, check, report, parsed.InvocationConfiguration.Error));
            return exitCode;
        });
        return command;
    }

    static int Check(string path, Func<string, ConfigResult> check, CheckReport report, TextWriter errors)
    {
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
        {
            errors.WriteLine($"posthouse: {PrintableText.Of(path)}: {PrintableText.Of(file.Unreadable)}");
            return ExitCodes.Unreadable;
        }

        report.Write(path, file.Result);
        return file.HasErrors ? ExitCodes.Failure : ExitCodes.Success;
    }
}
