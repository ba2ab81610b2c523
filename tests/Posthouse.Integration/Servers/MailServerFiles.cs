namespace Posthouse.Integration.Servers;

/// <summary>Where <c>eng/requirements.sh</c> put the servers: installed (<c>/</c>) or unpacked beside.</summary>
static class MailServerFiles
{
    static readonly string _servers = Environment.GetEnvironmentVariable("POSTHOUSE_SERVERS")
        ?? (Environment.IsPrivilegedProcess ? "/var/cache" : Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")) + "/posthouse/servers";

    public static string Dovecot(string path) => Below("dovecot", path);

    public static string Postfix(string path) => Below("postfix", path);

    public static string Cyrus(string path) => Below("cyrus", path);

    public static string Nsd(string path) => Below("nsd", path);

    /// <summary>Where Cyrus' own libraries are: in a folder named for the machine, or nowhere.</summary>
    public static string CyrusLibraries =>
        Directory.Exists(Cyrus("usr/lib")) && Directory.EnumerateDirectories(Cyrus("usr/lib"), "*-linux-gnu*").FirstOrDefault() is { } folder ? folder : "/usr/lib";

    /// <summary>Skips the test where a server cannot be had; <c>.ci/run</c> makes a skipped test a failed one.</summary>
    public static void Require(string program, string why)
    {
        if (!File.Exists(program))
            Assert.Skip($"{program} is missing; ./test gets it. {why}");
    }

    static string Below(string server, string path)
    {
        var root = Path.Combine(_servers, server);
        return Path.Combine(Directory.Exists(root) ? root : "/", path);
    }
}
