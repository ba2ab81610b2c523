namespace Posthouse.Gateway.Model;

/// <summary>
/// What a configuration says of listeners, certificates, lists, rules and settings: each by a number that tells only whether it is as before.
/// </summary>
/// <param name="Digests">By kind and name. Of this process: two starts have nothing in common.</param>
sealed record WrittenThings(IReadOnlyDictionary<(string Kind, string Name), long> Digests)
{
    public const string Listener = "listeners";
    public const string Certificate = "certificates";
    public const string List = "lists";
    public const string Rule = "rules";
    public const string Setting = "settings";

    public static WrittenThings Nothing { get; } = new(new Dictionary<(string, string), long>());
}
