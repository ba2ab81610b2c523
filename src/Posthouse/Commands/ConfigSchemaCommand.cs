using System.CommandLine;
using Posthouse.Gateway.Config.Schema;

namespace Posthouse.Commands;

/// <summary><c>posthouse config schema</c>: the JSON schema of the configuration, on standard output.</summary>
static class ConfigSchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Write the JSON schema of the configuration, for editors.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(ConfigJsonSchema.Write()));
        return command;
    }
}
