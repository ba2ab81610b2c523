using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Security;

namespace Posthouse.Integration.Corpus;

/// <summary>A signing domain of its own: signs as a sender's host would, and verifies as a receiver's would, without DNS.</summary>
sealed class DkimTestKey : DkimPublicKeyLocatorBase
{
    const string Domain = "example.net";
    const string Selector = "test";
    static readonly HeaderId[] _signed = [HeaderId.From, HeaderId.To, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId, HeaderId.MimeVersion, HeaderId.ContentType];
    readonly AsymmetricCipherKeyPair _pair = NewPair();

    /// <summary>The message under a <c>DKIM-Signature</c>, as the bytes that leave the sender.</summary>
    public byte[] Sign(byte[] message, DkimCanonicalizationAlgorithm canonicalization)
    {
        using var loaded = MimeMessage.Load(new MemoryStream(message));
        var signer = new DkimSigner(_pair.Private, Domain, Selector)
        {
            HeaderCanonicalizationAlgorithm = canonicalization,
            BodyCanonicalizationAlgorithm = canonicalization,
        };
        signer.Sign(DosLines(), loaded, [.. _signed.Where(loaded.Headers.Contains)]);
        using var signed = new MemoryStream();
        loaded.WriteTo(DosLines(), signed);
        return signed.ToArray();
    }

    /// <summary>Whether header and body hashes still hold.</summary>
    public bool Verify(byte[] message)
    {
        using var loaded = MimeMessage.Load(new MemoryStream(message));
        var signature = loaded.Headers.First(header => header.Id == HeaderId.DkimSignature);
        return new DkimVerifier(this).Verify(DosLines(), loaded, signature);
    }

    public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default)
        => domain == Domain && selector == Selector ? _pair.Public : throw new ArgumentException($"{selector}._domainkey.{domain} is nobody here.");

    public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default)
        => Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));

    static FormatOptions DosLines()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }

    static AsymmetricCipherKeyPair NewPair()
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new KeyGenerationParameters(new SecureRandom(), 2048));
        return generator.GenerateKeyPair();
    }
}
