namespace Posthouse.Remotes.Pooling;

/// <summary>What a connection is wanted for, the most urgent first: somebody waits at the other end of a login.</summary>
enum RequestClass
{
    Login,
    Check,
    Relay,
}
