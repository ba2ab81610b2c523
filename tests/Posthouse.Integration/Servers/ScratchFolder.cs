namespace Posthouse.Integration.Servers;

/// <summary>A folder below the temporary one that servers which leave root behind may still enter. Gone with its owner.</summary>
sealed class ScratchFolder : IDisposable
{
    const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public ScratchFolder(string name)
    {
        Path = Directory.CreateTempSubdirectory($"posthouse-{name}-").FullName;
        File.SetUnixFileMode(Path, Enterable);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A folder that belongs to <paramref name="owner"/>, for a server that writes to it under that name.</summary>
    public async Task<string> MakeFolderAsync(string name, string? owner = null)
    {
        Directory.CreateDirectory(this[name], Enterable);
        if (owner is not null && Environment.IsPrivilegedProcess)
            await RunningProgram.RunAsync("chown", [owner, this[name]]);
        return this[name];
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A server's child that ends a moment after its master may still write; the run's own folder goes later.
        }
    }
}
