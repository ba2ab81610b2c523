using System.Text;
using Posthouse.Gateway.Secrets;

namespace Posthouse.Tests.Secrets;

/// <summary>Hashes made by others: doveadm pw, crypt(3), the reference implementation of Argon2, Python's hashlib.</summary>
public class SecretSchemeTests
{
    const string Long = "paöö a long pass phrase that is longer than sixty-four octets, as it must be";

    [Theory]
    // bcrypt
    [InlineData("secret", "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]
    [InlineData("secret", "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW")]
    [InlineData("päss", "$2a$04$abcdefghijklmnopqrstuuF7KK/SfP9IRGj0pPJMr8GdtCS8xpmpC")]
    [InlineData("tulip päss", "{BLF-CRYPT}$2y$05$psPbmHa1C8GhNk0AEzM0YulDjyJfrZxoMA4L9W9tNdke2kdKz52ZK")]
    // Argon2
    [InlineData("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("password", "{argon2id}$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")]
    [InlineData("password", "{ARGON2}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("tulip päss", "{ARGON2I}$argon2i$v=19$m=32768,t=5,p=1$DSfyM6W2NmhCJK3+r4BdPQ$ttg734AtzyFTlDNDePuEQ0jfn0iy99PxfzuEAyCMI8g")]
    // SHA-crypt
    [InlineData("secret", "$6$saltstring$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.")]
    [InlineData("secret", "{CRYPT}$5$rounds=1000$toolongsaltstr$u.pLyu6vXLfSo/dainwvs8QU3d7b/3LBv05oqlbMeg5")]
    [InlineData("", "$5$abc$bBHLwRRW2Li0XKaX13kz/g2fkDil4Jx46aNvd.48MS8")]
    [InlineData(Long + " to turn the digest over", "$6$rounds=1001$0123456789abcdef$6z3ic.xKMynt2aW2iRA3aBv.a3OEIuNWHxKLjRQoy5jlQH/6muYQWOPswXvwvs3/IqXwF/.7pYUbd1cP0m9PJ1")]
    [InlineData(Long, "$5$0123456789abcdef$suVc9R7SpczwMi5uhs/8Yd2sEQogIxstYcbE4j5Ykc9")]
    [InlineData("tulip päss", "{SHA512-CRYPT}$6$rounds=1000$evr7NdR7dAqf38ZZ$uMwMUaQslb1BoTTLjgk5oEb/wqK1zX55lXTKkbQP/PQPMK/Nd7DtpRfwTaJcATMCvIDfyDNnzTv4Uc0/mvxWC/")]
    [InlineData("tulip päss", "{SHA256-CRYPT}$5$rounds=1000$n1Cg5Mn3cxuvgD/L$JSEf8sIYBvgnhuJSC4Ci.xRt6MqLlUmpFgEkHOO1RK1")]
    // Digests
    [InlineData("tulip päss", "{SSHA}9WYehmMXl2W6voUynVYiFws3LUKQsGZZ")]
    [InlineData("tulip päss", "{ssha256}bliBBfmkp9BZL0JaWZmt1VL+NoSlzWf8r7/RZpeAe7Yyth1y")]
    [InlineData("tulip päss", "{SSHA512}1HSbUVj/7IqDCg3UAyiX4xIIEO7lykPvsVE1j58/0BBrFZ1IJv8VsHzcul2/rYshV2PlbUZKpIAqnBiHGPxkZmhsXDk=")]
    [InlineData("tulip päss", "{SHA}Ea0zL1Da45wHRzUtQ7mcqVrTk8A=")]
    [InlineData("tulip päss", "{SHA256}Hl/HIL0rtEqgqjxI631Ej/6Q8+nDhuQHk5WuFDa4XUI=")]
    [InlineData("tulip päss", "{SHA512}6V6/oH5uPrVojxWSI6x3a3Rdos+v0W0nezKVfMtvg/QNcbiC+zrMyJH9hGeDXHTlYlQuHwtaz9Bf4BBS6zLrDQ==")]
    // PBKDF2
    [InlineData("tulip päss", "{PBKDF2}$1$gZ8Qvl7o4xAE6uPR$5$2434be3eee949d2724a917c7f9ea6811f676a3b0")]
    [InlineData("tulip päss", "{PBKDF2-SHA1}2000$MDEyMzQ1Njc4OWFiY2RlZg$v0JpyX2NjuN8pk1tHUctuyBrlFo")]
    [InlineData("tulip päss", "{PBKDF2-SHA256}2000$MDEyMzQ1Njc4OWFiY2RlZg$IEZzlTqsHH8VRPC6Q.SBK0sOEQp7n.w0ABTY3D1na64")]
    [InlineData("tulip päss", "{PBKDF2-SHA512}2000$MDEyMzQ1Njc4OWFiY2RlZg$pyjtmNZgkWnN4/H8Hdugi0A/2kxilQsMszWOc9t7rVaQAft.it1KCp9Y16r22DQLMpoF0zU8.RGlB7PgLaDNcA")]
    public void A_hash_that_another_program_made_matches_its_secret_and_no_other(string secret, string hash)
    {
        Assert.False(SecretScheme.TryPlain(hash, out _));
        var stored = SecretScheme.Read(hash, out var fault);
        Assert.Equal("", fault);
        Assert.True(stored!.Matches(Encoding.UTF8.GetBytes(secret)));
        Assert.False(stored.Matches(Encoding.UTF8.GetBytes(secret + "x")));
        Assert.False(stored.Matches("Secret"u8));
        Assert.False(stored.Matches(Encoding.UTF8.GetBytes(hash)));
    }

    [Theory]
    [InlineData("{SSHA}9WYehmMXl2W6voUynVYiFws3LUKQsGZZ", false)]
    [InlineData("{SHA}Ea0zL1Da45wHRzUtQ7mcqVrTk8A=", false)]
    [InlineData("$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", true)]
    [InlineData("$5$abc$bBHLwRRW2Li0XKaX13kz/g2fkDil4Jx46aNvd.48MS8", true)]
    [InlineData("{PBKDF2}$1$gZ8Qvl7o4xAE6uPR$5$2434be3eee949d2724a917c7f9ea6811f676a3b0", true)]
    public void Only_what_is_slow_by_design_leaves_the_sessions_thread(string hash, bool isSlow) =>
        Assert.Equal(isSlow, SecretScheme.Read(hash, out _)!.IsSlow);

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("", "")]
    [InlineData("{PLAIN}$2b$x", "$2b$x")]
    [InlineData("{cleartext}{SSHA}", "{SSHA}")]
    [InlineData("{}x", "{}x")]
    [InlineData("{a b}x", "{a b}x")]
    [InlineData("{unclosed", "{unclosed")]
    [InlineData("$", "$")]
    [InlineData("$$x", "$$x")]
    [InlineData("$5", "$5")]
    [InlineData("pa$6$word", "pa$6$word")]
    public void What_does_not_look_like_a_hash_is_the_secret_itself(string written, string secret)
    {
        Assert.True(SecretScheme.TryPlain(written, out var plain));
        Assert.Equal(secret, plain.ToString());
    }

    [Theory]
    [InlineData("{MD5}x")]
    [InlineData("{SCRAM-SHA-256}x")]
    [InlineData("{BLF-CRYPT.HEX}x")]
    [InlineData("$1$salt$hash")]
    [InlineData("$y$j9T$x$y")]
    [InlineData("{CRYPT}ab0123456789.")]
    public void A_scheme_that_is_not_known_is_named_with_those_that_are(string written)
    {
        Assert.False(SecretScheme.TryPlain(written, out _));
        Assert.Null(SecretScheme.Read(written, out var fault));
        Assert.StartsWith("has a scheme that is not known; known are {PLAIN}, $2a$,", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$2")]
    [InlineData("$2x$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]
    [InlineData("$2b$17$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]
    [InlineData("$2b$03$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]
    [InlineData("$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0")]
    [InlineData("$2b$05$abcdefghijklmnopqrstuu QiyCxlgf/oeuTqixKmWdcYUh4Hjl0a")]
    [InlineData("$argon2id$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=1048577,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$!")]
    [InlineData("{ARGON2ID}$6$x")]
    [InlineData("$6$salt")]
    [InlineData("$6$rounds=999$salt$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.")]
    [InlineData("$6$rounds=10000000$salt$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.")]
    [InlineData("$6$01234567890123456$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.")]
    [InlineData("$5$abc$bBHLwRRW2Li0XKaX13kz")]
    [InlineData("{SSHA}Ea0zL1Da45wHRzUtQ7mcqVrTk8A=")]
    [InlineData("{SHA}9WYehmMXl2W6voUynVYiFws3LUKQsGZZ")]
    [InlineData("{SSHA256}x")]
    [InlineData("{PBKDF2}$1$salt$0$2434be3eee949d2724a917c7f9ea6811f676a3b0")]
    [InlineData("{PBKDF2}$1$salt$5$2434be3eee949d2724a917c7f9ea6811f676a3")]
    [InlineData("{PBKDF2-SHA512}2000$MDEyMzQ1Njc4OWFiY2RlZg$IEZzlTqsHH8VRPC6Q.SBK0sOEQp7n.w0ABTY3D1na64")]
    public void A_malformed_hash_or_one_that_would_stall_the_machine_is_refused_and_is_no_secret_either(string written)
    {
        Assert.False(SecretScheme.TryPlain(written, out _));
        Assert.Null(SecretScheme.Read(written, out var fault));
        Assert.Equal("is malformed, or asks for more work than is allowed", fault);
    }
}
