namespace Posthouse.Tests.Wire;

/// <summary>Seeds of the fuzz targets, one octet a character; a finding is added here so that it stays found.</summary>
static class FuzzCorpus
{
    public static IReadOnlyDictionary<string, string[]> Seeds { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["line"] = ["EHLO a\r\nNOOP\nRS\rET\r\n", "\r\r\n\n\r\n", new string('x', 62) + "\r\n" + new string('x', 63) + "\r\n"],
        ["reply"] = ["220 x ESMTP\r\n250-a\r\n250-SIZE 5\r\n250 DSN\r\n", "550-5.1.1 no\r\n550 5.1.1 user\r\n", "250 5.1.1 x\r\n250OK\r\n", "354 \u00c3\u00bc\u0085\0\r\n"],
        ["body"] = ["a\r\n..b\r\n.c\r\n.\r\nMAIL", "\r\n.\r\r\n.\n.\r.\r\n\0.\r\n.\r\n", ".\r\n", "x\r\n.\rX\r\n..\r\n.\r\n"],
        ["command"] = ["MAIL FROM:<a@b> SIZE=1", "BDAT 5 LAST", "9 last", "NOOP \t", "STARTTLS"],
        ["mail"] =
        [
            "FROM:<\"a b\"@x> SIZE=10 BODY=8BITMIME RET=FULL ENVID=a+2Bb", "FROM:<> AUTH=<> BODY=BINARYMIME", "FROM:<\u00c3\u00bc@\u00c3\u009c.x> SMTPUTF8",
            "FROM:<@a,@b:c@[IPv6:1::2]>",
        ],
        ["rcpt"] = ["TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+20b", "TO:<Postmaster>", "TO:<\u00c3\u00bc@x> ORCPT=utf-8;\u00c3\u00bc\\x{2B}", "TO:<a@[1.2.3.4]> NOTIFY=NEVER"],
        ["mailbox"] = ["a.b@Example.org", "\"a\\\"b\"@x", "a@[IPv6:::ffff:1.2.3.4]", "\u00c3\u00bc@\u00c3\u009c.x", "\"\"@[1.2.3.4]"],
        ["xtext"] = ["a+2Bb+3D+20", "+0D+0A", "plain"],
        ["base64"] = ["AHUAcA==", "QUI=", "QUJD", "QR=="],
        ["bearer"] = ["n,a=a=2Cb=3D,\u0001port=1\u0001auth=Bearer x.y.z\u0001\u0001", "user=jane@x\u0001auth=bearer  t\u0001\u0001", "y,,\u0001auth=Bearer t\u0001\u0001"],
        ["imap"] = ["* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\u0001", "a1 NO [AUTHENTICATIONFAILED] no", "+ AAAA", "* CAPABILITY IMAP4rev2 SASL-IR", "* BYE x {5}"],
        ["config"] =
        [
            "[server]\nhostname = \"mx.example.org\"\n[server.listener.\"a.b\"]\nbind = ['127.0.0.1:25', \"[::1]:25\"]\nprotocol = \"smtp\"\n",
            "[remote.a]\naddress = \"127.0.0.1\"\nprotocol = \"lmtp\"\nlookup = true\ntimeout = \"1m30s\"\ntls = {implicit = false}\n"
            + "[session.rcpt]\nlookup.addresses = [\"remote/a\", \"list/b\"]\n[list]\nb = [\"x@example.org\", \"jane:tulip\"]\n",
            "[session.rcpt]\nrelay = [ {all-of = [{rule = \"r\"}, {if = \"sender\", not-matches = \"^(a|b)+$\"}], then = true}, {else = false} ]\n"
            + "[rule]\nr = {none-of = [{if = \"remote-ip\", eq = \"10.0.0.0/8\"}]}\n",
            "[[queue.throttle]]\nkey = [\"sender\"]\nrate = \"25/1h\"\n[queue]\nschedule.retry = [1000, \"2m\"]\n[sieve]\nx = 1.5\n[sesion]\n",
            "[directory.\"old\"]\ntype = \"imap\"\nhost = \"127.0.0.1\"\ntls.enable = true\n[directory.sql]\ntype = \"sql\"\nsecret = \"\"\"x\"\"\"\n",
        ],
    };
}
