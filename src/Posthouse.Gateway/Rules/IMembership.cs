namespace Posthouse.Gateway.Rules;

/// <summary>Whether a list or a host knows a value.</summary>
public enum Membership
{
    Yes,
    No,
    Unavailable,
}

/// <summary>What <c>in-list</c> asks: a list of the configuration, or a remote host.</summary>
public interface IMembership
{
    /// <summary>As written: <c>list/…</c> or <c>remote/…</c>.</summary>
    string Name { get; }

    /// <summary>Asks.</summary>
    ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken);
}
