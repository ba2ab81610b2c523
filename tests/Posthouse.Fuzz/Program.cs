using Posthouse.Fuzz;
using SharpFuzz;

if (args is not [var name, .. var files] || !Targets.All.TryGetValue(name, out var target))
{
    Console.Error.WriteLine($"usage: Posthouse.Fuzz TARGET [FILE...]; targets: {string.Join(' ', Targets.All.Keys.Order(StringComparer.Ordinal))}");
    return 2;
}

if (files.Length == 0)
    Fuzzer.LibFuzzer.Run(target.Invoke);
foreach (var file in files)
    target(File.ReadAllBytes(file));
return 0;
