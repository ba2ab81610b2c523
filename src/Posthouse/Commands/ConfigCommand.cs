using System.CommandLine;
using Posthouse.Gateway.Config;

namespace Posthouse.Commands;

/// <summary><c>posthouse config …</c>: what a configuration comes to, and how to get one.</summary>
static class ConfigCommand
{
    public static Command Create(Func<string, ConfigResult> check) => new("config", "Show, compare and import configurations, and describe them for editors.")
    {
        ConfigShowCommand.Create(check),
        ConfigDiffCommand.Create(check),
        ConfigImportCommand.Create(),
        ConfigSchemaCommand.Create(),
    };
}
