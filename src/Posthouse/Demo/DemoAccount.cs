namespace Posthouse.Demo;

/// <summary>A login of the demo. The secrets are no secrets: they are printed for trying by hand.</summary>
sealed record DemoAccount(string Name, string Secret)
{
    public const string List = "staff@example.org";

    public static DemoAccount Jane { get; } = new("jane@example.org", "jane-secret");

    public static DemoAccount John { get; } = new("john@example.org", "john-secret");

    public static DemoAccount Omar { get; } = new("omar@example.org", "omar-secret");

    /// <summary>The gateway's own login at the LMTP remote; it stands in the configuration.</summary>
    public static DemoAccount Relay { get; } = new("relay_server", "123456");
}
