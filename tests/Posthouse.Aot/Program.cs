// The canary: the package as a native program uses it. Published with zero warnings and run by ./test.
// A host on a port where nobody listens must come out as unavailable, not as a crash and not as a no.
using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;

using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening: a connect is refused
int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;

await using var host = new RemoteHost(new RemoteHostOptions
{
    Id = "nobody",
    Address = "127.0.0.1",
    Port = port,
    Protocol = RemoteProtocol.Lmtp,
    Lookup = true,
    Timeout = TimeSpan.FromSeconds(5),
});
if (!Mailbox.TryParse("jane@example.org", out Mailbox jane))
    return 2;
Answer answer = await host.VerifyRecipientAsync(jane, CancellationToken.None);
Console.WriteLine($"{jane}: {answer.Kind}: {answer.Reason}");
return answer.Kind == AnswerKind.Unavailable ? 0 : 1;
