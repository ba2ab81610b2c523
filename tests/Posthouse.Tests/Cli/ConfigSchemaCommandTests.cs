using System.CommandLine;
using Posthouse.Commands;
using Posthouse.Gateway.Config.Schema;

namespace Posthouse.Tests.Cli;

public class ConfigSchemaCommandTests
{
    [Fact]
    public async Task The_schema_comes_on_standard_output_and_nothing_else_does()
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        var exitCode = await ConfigSchemaCommand.Create().Parse([])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(ConfigJsonSchema.Write(), output.ToString());
        Assert.Empty(errors.ToString());
    }
}
