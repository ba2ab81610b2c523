using System.Runtime.InteropServices;

namespace Posthouse.Integration.Servers;

/// <summary>Who runs the tests, by number, as mail servers want it.</summary>
static class PosixUser
{
    public static uint Id => GetUserId();

    public static uint GroupId => GetGroupId();

    /// <summary>The name of a user's primary group.</summary>
    public static string GroupOf(string user)
    {
        var entry = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == user);
        return File.ReadLines("/etc/group").Select(line => line.Split(':')).FirstOrDefault(fields => fields[2] == entry?[3])?[0] ?? user;
    }

    [DllImport("libc", EntryPoint = "getuid")]
    private static extern uint GetUserId();

    [DllImport("libc", EntryPoint = "getgid")]
    private static extern uint GetGroupId();
}
