namespace Posthouse.Integration.Servers;

/// <summary>
/// Cyrus' two files: users of a sasldb, mailboxes of example.org, LMTP for the gateway's own login alone, TLS offered everywhere.
/// </summary>
sealed record CyrusConfig(string Folder, ServerCertificate Certificate, int ImapPort, int ImapsPort, int LmtpPort)
{
    /// <summary>The realm of users whose name has no domain.</summary>
    public const string ServerName = "cyrus.example.org";

    // Cyrus leaves root behind for a user that exists everywhere; anyone but root can only be himself.
    public static readonly string User = System.Environment.IsPrivilegedProcess ? "mail" : System.Environment.UserName;

    static readonly string _programs = MailServerFiles.Cyrus("usr/lib/cyrus/bin");

    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["LD_LIBRARY_PATH"] = MailServerFiles.CyrusLibraries,
    };

    // Administrators are the only ones whom Cyrus lets UNAUTHENTICATE. No pause after a wrong password, since the tests try many.
    public string Imapd() => $"""
        configdirectory: {Folder}/config
        defaultpartition: default
        partition-default: {Folder}/spool
        proc_path: {Folder}/proc
        cyrus_user: {User}
        cyrus_group: {PosixUser.GroupOf(User)}
        servername: {ServerName}
        admins: {string.Join(' ', Account.Administrators.Select(account => account.Mailbox))}
        lmtp_admins: {Account.RelayServer.Mailbox}
        virtdomains: userid
        defaultdomain: {ServerName}
        unixhierarchysep: yes
        allowplaintext: yes
        failedloginpause: 0
        duplicatesuppression: no
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_sasldb_path: {Folder}/sasldb
        sasl_mech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256
        tls_server_cert: {Certificate.CertificatePath}
        tls_server_key: {Certificate.KeyPath}

        """;

    public string Master() => $$"""
        START {
          recover cmd="{{_programs}}/ctl_cyrusdb -C {{Folder}}/imapd.conf -r"
        }
        SERVICES {
          imap cmd="{{_programs}}/imapd -C {{Folder}}/imapd.conf" listen="127.0.0.1:{{ImapPort}}" prefork=0
          imaps cmd="{{_programs}}/imapd -C {{Folder}}/imapd.conf -s" listen="127.0.0.1:{{ImapsPort}}" prefork=0
          lmtp cmd="{{_programs}}/lmtpd -C {{Folder}}/imapd.conf" listen="127.0.0.1:{{LmtpPort}}" prefork=0
        }
        EVENTS {
        }

        """;
}
