namespace Posthouse.Remotes.Pooling;

/// <summary>What a connection is wanted for, the most urgent first: somebody waits at the other end of a login.</summary>
enum RequestClass
{
    Login,
    Check,
    Relay,
}

static class RequestClassNames
{
    /// <summary>As metrics name it.</summary>
    public static string Name(this RequestClass requestClass) => requestClass switch
    {
        RequestClass.Login => "login",
        RequestClass.Check => "check",
        _ => "relay",
    };
}
