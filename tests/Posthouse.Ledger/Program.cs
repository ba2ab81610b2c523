using Posthouse.Ledger.Gateways;
using Posthouse.Ledger.Runs;

// The proof that a 250 is kept: clients and hosts keep ledgers while the gateway is killed, its disk fails or fills, or its power is cut. Exit code 0:
// nothing lost, no ghost, nothing corrupt, nothing stuck, and no second copy outside the stated set; 77: this machine cannot have that run.
var delivery = args is ["cut-through", ..] ? Delivery.CutThrough : Delivery.Queued;
if (delivery == Delivery.CutThrough)
    args = args[1..];
bool? clean = args switch
{
    ["kill", var kills] => await KillRun.RunAsync(int.Parse(kills, null), delivery),
    ["kill", var kills, var state] => await KillRun.RunManyAsync(int.Parse(kills, null), state),
    ["term", var rounds] => await TermRun.RunAsync(int.Parse(rounds, null), delivery),
    ["points"] => await CrashPointRun.RunAsync(delivery),
    ["eio"] => Machine.CanTrace() ? await DiskErrorRun.RunAsync(delivery) : null,
    ["quota"] => Machine.CanTrace() ? await DiskQuotaRun.RunAsync(delivery) : null,
    ["full"] => await DiskFullRun.RunAsync(delivery),
    ["cut", var cuts] => Machine.CanTrace() ? await PowerCutRun.RunAsync(int.Parse(cuts, null), delivery) : null,
    ["memory", var messages, var megabytes, var bound] => await MemoryRun.RunAsync(int.Parse(messages, null), int.Parse(megabytes, null), int.Parse(bound, null)),
    ["backlog", var messages] => await BacklogRun.RunAsync(int.Parse(messages, null)),
    _ => throw new ArgumentException("[cut-through] kill N | term N | points | eio | quota | full | cut N, or kill N STATE | memory N MB BOUND | backlog N"),
};
if (clean is null)
    Console.WriteLine(args[0] == "full"
        ? "this machine forbids mounts; a full store is shown by max_page_count only (StoreFaultTests)"
        : "this machine forbids ptrace, so no system call can be made to fail or be recorded");
return clean switch { true => 0, false => 1, null => Machine.Cannot };
