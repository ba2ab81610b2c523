using System.CommandLine;
using Posthouse.Commands;

SocketThreads.GoOnWherePolled();
// The commands take their own signals (ShutdownSignals), since draining needs longer than the parser's two seconds.
return await PosthouseCommand.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = null });
