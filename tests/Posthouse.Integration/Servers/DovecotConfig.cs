using System.Globalization;

namespace Posthouse.Integration.Servers;

/// <summary>Dovecot's configuration, in the words of 2.3 and, changed in much of its grammar, of 2.4.</summary>
sealed record DovecotConfig(string Folder, ServerCertificate Certificate, int ImapPort, int ImapsPort, int LmtpPort)
{
    // Debian's fixed ids of the user `mail`; anyone but root can only be himself.
    static readonly string _mailOwner = Environment.IsPrivilegedProcess ? "8:8" : $"{PosixUser.Id}:{PosixUser.GroupId}";
    static readonly string _internalUser = Environment.IsPrivilegedProcess ? "dovecot" : Environment.UserName;
    static readonly string _loginUser = Environment.IsPrivilegedProcess ? "dovenull" : Environment.UserName;

    /// <summary>
    /// Whether tokens log in, too, which Dovecot checks by itself (<see cref="TokenCheck"/>). In the words of 2.3 alone.
    /// </summary>
    public bool TakesTokens { get; init; }

    public string Text(Version version) => version >= new Version(2, 4) ? Of24(version) : Of23();

    /// <summary>The passwd-file: user, scheme and secret, uid, gid, home.</summary>
    public static string Users(string folder, IEnumerable<Account> accounts) => string.Concat(accounts.Select(account =>
        string.Create(CultureInfo.InvariantCulture, $"{account.Mailbox}:{{PLAIN}}{account.Secret}:{_mailOwner}::{folder}/mail/{account.Mailbox}::\n")));

    string Of23() => $$"""
        protocols = imap lmtp
        ssl = yes
        ssl_cert = <{{Certificate.CertificatePath}}
        ssl_key = <{{Certificate.KeyPath}}
        disable_plaintext_auth = yes
        mail_location = maildir:{{Folder}}/mail/%u
        {{Tokens()}}
        passdb {
          driver = passwd-file
          args = username_format=%u {{Folder}}/users
        }
        userdb {
          driver = passwd-file
          args = username_format=%u {{Folder}}/users
        }
        {{Common()}}
        """;

    string Of24(Version version) => $$"""
        dovecot_config_version = {{version}}
        dovecot_storage_version = {{version}}
        protocols = imap lmtp
        ssl = yes
        ssl_server_cert_file = {{Certificate.CertificatePath}}
        ssl_server_key_file = {{Certificate.KeyPath}}
        auth_allow_cleartext = no
        mail_driver = maildir
        mail_path = {{Folder}}/mail/%{user}
        passdb passwd-file {
          passwd_file_path = {{Folder}}/users
          auth_username_format = %{user}
        }
        userdb passwd-file {
          passwd_file_path = {{Folder}}/users
          auth_username_format = %{user}
        }
        {{Common()}}
        """;

    /// <summary>How tokens are checked: by the key that stands in a file, without asking anybody.</summary>
    public static string TokenCheck(string folder) => $"""
        introspection_mode = local
        local_validation_key_dict = fs:posix:prefix={folder}/keys/
        username_attribute = sub

        """;

    string Tokens() => !TakesTokens ? "" : $$"""
        passdb {
          driver = oauth2
          mechanisms = oauthbearer xoauth2
          args = {{Folder}}/tokens.conf
        }
        """;

    // No penalty for wrong passwords, since the tests try many; CRLF kept, since they compare bytes.
    string Common() => $$"""
        libexec_dir = {{MailServerFiles.Dovecot("usr/lib/dovecot")}}
        base_dir = {{Folder}}/run
        state_dir = {{Folder}}/state
        instance_name = posthouse
        listen = 127.0.0.1
        log_path = {{Folder}}/dovecot.log
        auth_verbose = yes
        auth_mechanisms = plain login{{(TakesTokens ? " oauthbearer xoauth2" : "")}}
        auth_failure_delay = 0
        default_internal_user = {{_internalUser}}
        default_internal_group = {{PosixUser.GroupOf(_internalUser)}}
        default_login_user = {{_loginUser}}
        first_valid_uid = 1
        mail_save_crlf = yes
        mail_fsync = never
        service imap-login {
          chroot =
          inet_listener imap {
            port = {{ImapPort}}
          }
          inet_listener imaps {
            port = {{ImapsPort}}
            ssl = yes
          }
        }
        service lmtp {
          inet_listener lmtp {
            port = {{LmtpPort}}
          }
        }
        service auth {
          unix_listener sasl {
            mode = 0666
          }
        }
        service anvil {
          chroot =
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service stats {
          chroot =
        }
        protocol lmtp {
          postmaster_address = postmaster@example.org
        }
        """;
}
