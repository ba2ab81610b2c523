using System.Diagnostics;

namespace Posthouse.Remotes.Telemetry;

/// <summary>The traces of this library: one activity for each conversation with a host, under the activity of whoever asked.</summary>
static class RemoteActivity
{
    public const string SourceName = "Posthouse.Remotes";

    static readonly ActivitySource Source = new(SourceName);

    /// <summary>Null where nobody listens. The name is a verb, never an address or a user.</summary>
    public static Activity? Start(string verb, string remote, string protocol)
    {
        var activity = Source.StartActivity(verb, ActivityKind.Client);
        activity?.SetTag("posthouse.remote", remote);
        activity?.SetTag("network.protocol.name", protocol);
        return activity;
    }

    public static void Failed(this Activity? activity, string reason) => activity?.SetStatus(ActivityStatusCode.Error, reason);
}
