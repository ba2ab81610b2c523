using Posthouse.HeapWalk;

// The proof that no password stays in memory. Without arguments this program is the one that looks: it plays the remote hosts and
// the clients, lets its child, a gateway, check many logins, and then walks the child's heap. Exit code 0: nothing was found.
return args is ["gateway", var configuration, var marker]
    ? await GatewayRole.RunAsync(configuration, Convert.FromHexString(marker))
    : await Walker.RunAsync();
