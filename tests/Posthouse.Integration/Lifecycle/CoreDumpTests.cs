using System.Globalization;
using Posthouse.Integration.Gateways;

namespace Posthouse.Integration.Lifecycle;

/// <summary>Whether the process's memory, which holds passwords for moments, can end in a file or before somebody's eyes.</summary>
public class CoreDumpTests
{
    [Fact]
    [Trait("Executable", "Native")]
    public async Task The_running_executable_leaves_no_core_file_and_shows_its_memory_to_nobody()
    {
        await using var remotes = await SandboxRemotes.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(remotes.Config());
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{gateway.Id}");

        var limits = await File.ReadAllLinesAsync(Path.Combine(folder, "limits"), TestContext.Current.CancellationToken);
        Assert.Matches(@"^Max core file size\s+0\s+0\s", Assert.Single(limits, line => line.StartsWith("Max core file size", StringComparison.Ordinal)));
        // What may not be dumped may not be read by its own user either; root may read everything.
        if (!Environment.IsPrivilegedProcess)
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllBytes(Path.Combine(folder, "environ")));
    }
}
