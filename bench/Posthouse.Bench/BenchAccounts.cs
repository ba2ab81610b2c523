using System.Globalization;
using Posthouse.Sandbox;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Bench;

/// <summary>Numbered users of one domain, at the sandbox and as a host is asked about them.</summary>
static class BenchAccounts
{
    public const string Secret = "a secret of usual length";

    public static SandboxAccounts Make(int count)
    {
        var accounts = new SandboxAccounts();
        for (var i = 0; i < count; i++)
            accounts.AddUser(Address("user", i), Secret);
        return accounts;
    }

    public static Mailbox[] Mailboxes(string name, int count) => [.. Enumerable.Range(0, count).Select(i =>
        Mailbox.TryParse(Address(name, i), out var mailbox) ? mailbox : throw new InvalidOperationException(name))];

    public static Credentials[] Logins(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Credentials(Address("user", i), System.Text.Encoding.UTF8.GetBytes(Secret)))];

    static string Address(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number:D6}@example.org");
}
