namespace Posthouse.Remotes.Dialling;

/// <summary>How far a connection has come on its way to the first request.</summary>
public enum ConnectStep
{
    /// <summary>The endpoint's name becomes addresses.</summary>
    Resolve,

    /// <summary>TCP, or a Unix socket.</summary>
    Connect,

    /// <summary>The TLS handshake and the check of the certificate.</summary>
    Tls,

    /// <summary>The host's first words.</summary>
    Greeting,

    /// <summary>EHLO, LHLO or CAPABILITY; a second time after STARTTLS.</summary>
    Hello,

    /// <summary>Our own login.</summary>
    Login,
}

/// <summary>The steps in words, for a message.</summary>
static class ConnectSteps
{
    public static string Name(this ConnectStep step) => step switch
    {
        ConnectStep.Resolve => "resolve",
        ConnectStep.Connect => "connect",
        ConnectStep.Tls => "TLS",
        ConnectStep.Greeting => "greeting",
        ConnectStep.Hello => "hello",
        _ => "own login",
    };
}
