namespace Posthouse.Integration.Servers;

/// <summary>
/// Postfix's two files: mailboxes of example.org into maildirs, logins asked of Dovecot over its socket, relay for those who
/// logged in. All folders are named, so that the same text serves an installed Postfix and one unpacked beside.
/// </summary>
sealed record PostfixConfig(string Folder, ServerCertificate Certificate, int Port, string SaslSocket)
{
    static readonly string _libraries = MailServerFiles.Postfix("usr/lib/postfix");

    public static IReadOnlyDictionary<string, string> Environment(string folder) => new Dictionary<string, string>
    {
        ["LD_LIBRARY_PATH"] = _libraries,
        ["MAIL_CONFIG"] = $"{folder}/conf",
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
    };

    public static string Mailboxes(IEnumerable<Account> accounts)
        => string.Concat(accounts.Select(account => $"{account.Mailbox} {account.Mailbox}/\n"));

    // `daemon` and `mail` exist everywhere; a Postfix unpacked beside has no users of its own.
    public string Main() => $"""
        compatibility_level = 3.6
        queue_directory = {Folder}/queue
        data_directory = {Folder}/data
        daemon_directory = {_libraries}/sbin
        command_directory = {MailServerFiles.Postfix("usr/sbin")}
        shlib_directory = {_libraries}
        meta_directory = {MailServerFiles.Postfix("etc/postfix")}
        sendmail_path = {MailServerFiles.Postfix("usr/sbin/sendmail")}
        import_environment = MAIL_CONFIG LD_LIBRARY_PATH={_libraries}
        export_environment = LD_LIBRARY_PATH={_libraries}
        mail_owner = daemon
        setgid_group = mail
        default_privs = nobody
        maillog_file = {Folder}/postfix.log
        maillog_file_prefixes = {Folder}
        myhostname = smtp.example.org
        mydestination =
        mynetworks =
        alias_maps =
        alias_database =
        local_recipient_maps =
        local_header_rewrite_clients =
        message_drop_headers =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        recipient_delimiter = +
        virtual_mailbox_domains = example.org
        virtual_mailbox_base = {Folder}/mail
        virtual_mailbox_maps = texthash:{Folder}/mailboxes
        virtual_uid_maps = static:8
        virtual_gid_maps = static:8
        virtual_minimum_uid = 1
        smtpd_tls_security_level = may
        smtpd_tls_auth_only = yes
        smtpd_tls_cert_file = {Certificate.CertificatePath}
        smtpd_tls_key_file = {Certificate.KeyPath}
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = {SaslSocket}
        smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
        smtpd_client_connection_count_limit = 0

        """;

    public string Master() => $"""
        127.0.0.1:{Port} inet n - n - - smtpd
        rewrite unix - - n - - trivial-rewrite
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        error unix - - n - - error
        retry unix - - n - - error
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        tlsmgr unix - - n 1000? 1 tlsmgr
        postlog unix-dgram n - n - 1 postlogd

        """;
}
