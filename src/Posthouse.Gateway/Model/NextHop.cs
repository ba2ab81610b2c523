namespace Posthouse.Gateway.Model;

/// <summary>Where mail goes next: by DNS MX (the default), to one remote, or to the host whose lookup said yes.</summary>
public readonly record struct NextHop
{
    NextHop(string? remote, bool isByLookup) => (Remote, IsByLookup) = (remote, isByLookup);

    /// <summary>By the DNS MX records of the recipient's domain.</summary>
    public static NextHop ByMx { get; }

    /// <summary>The remote that knew the recipient when it was looked up.</summary>
    public static NextHop ByLookup { get; } = new(null, true);

    /// <summary>A remote's id; null = it is not one of the configuration's.</summary>
    public string? Remote { get; }

    public bool IsByLookup { get; }

    /// <summary>A remote.</summary>
    public static NextHop To(string remote) => new(remote, false);
}
