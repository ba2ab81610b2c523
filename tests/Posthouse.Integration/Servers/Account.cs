namespace Posthouse.Integration.Servers;

/// <summary>A user that all the servers know.</summary>
sealed record Account(string Mailbox, string Secret)
{
    public static readonly Account Jane = new("jane@example.org", "correct horse battery");
    public static readonly Account Bob = new("bob@example.org", "Tr0ub4dor&3");
    public static readonly Account Carol = new("carol@example.org", "p\u00e4ssw\u00f6rd");

    /// <summary>Whom the gateway logs in as; it has no mail.</summary>
    public static readonly Account RelayServer = new("relay_server", "123456");

    public static readonly Account[] People = [Jane, Bob, Carol];

    /// <summary>Who may manage Cyrus.</summary>
    public static readonly Account[] Administrators = [new("cyrus", "keys of the house"), new("deputy", "keys of the yard")];
}
