// posthouse-bench SCENARIO [name=value …]: one scenario, one markdown table. What each means: bench/README.md.
using Posthouse.Bench;

string scenario = args.Length > 0 ? args[0] : "";
var arguments = new BenchArguments(args.Skip(1));
switch (scenario)
{
    case "gateway":
        await GatewayScenario.RunAsync(arguments);
        return 0;
    case "recipients":
        await RecipientScenario.RunAsync(arguments);
        return 0;
    case "cache":
        await CacheScenario.RunAsync(arguments);
        return 0;
    case "checks":
        await ChecksScenario.RunAsync(arguments);
        return 0;
    case "logins":
        await LoginsScenario.RunAsync(arguments);
        return 0;
    case "pool":
        await PoolScenario.RunAsync(arguments);
        return 0;
    case "relay":
        await RelayScenario.RunAsync(arguments);
        return 0;
    case "rules":
        await RulesScenario.RunAsync(arguments);
        return 0;
    default:
        Console.Error.WriteLine("usage: posthouse-bench gateway|recipients|cache|checks|logins|pool|relay|rules [name=value …]; see bench/README.md");
        return 2;
}
