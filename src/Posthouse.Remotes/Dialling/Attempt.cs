using System.Globalization;
using System.Net;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>One try at one endpoint: the time it has, and how far it has come. Used by one connect at a time.</summary>
/// <param name="host">The definition.</param>
/// <param name="endpoint">One of its endpoints.</param>
/// <param name="within">Time for it, for whoever must share that out.</param>
/// <param name="time">Times the steps.</param>
sealed class Attempt(RemoteHostOptions host, RemoteEndpoint endpoint, TimeSpan within, TimeProvider time)
{
    readonly List<(ConnectStep Step, long Began)> _steps = [];
    long _ended;

    public RemoteHostOptions Host => host;

    public RemoteEndpoint Endpoint => endpoint;

    public TimeSpan Within => within;

    /// <summary>The TCP port; 0 for a Unix socket.</summary>
    public int Port => endpoint.SocketPath is not null ? 0 : endpoint.Port != 0 ? endpoint.Port : host.EffectivePort;

    /// <summary>
    /// The name that the certificate must bear and that is sent as SNI. A Unix socket has none of its own: it is this machine.
    /// </summary>
    public string ServerName => host.Tls.ServerName ?? (endpoint.SocketPath is null ? endpoint.Host : "localhost");

    /// <summary>What the name came to.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>The address that answered; null for a Unix socket.</summary>
    public IPAddress? Peer { get; set; }

    /// <summary>What the host showed, accepted or not; null in clear text.</summary>
    public PeerCertificate? Certificate { get; set; }

    /// <summary>TLS version and cipher suite; empty in clear text.</summary>
    public string Cipher { get; set; } = "";

    /// <summary>The host's first words.</summary>
    public string Greeting { get; set; } = "";

    /// <summary>What the host offered last.</summary>
    public IReadOnlyList<string> Keywords { get; set; } = [];

    /// <summary>By what our own login went; empty where none did.</summary>
    public string Mechanism { get; set; } = "";

    /// <summary>The endpoint, for a message.</summary>
    public string Where => endpoint.SocketPath is not null
        ? endpoint.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{endpoint.Host} port {Port}");

    /// <summary>The step that was begun last.</summary>
    public ConnectStep Step => _steps.Count == 0 ? ConnectStep.Resolve : _steps[^1].Step;

    /// <summary>The steps in order, each with its time.</summary>
    public IEnumerable<(ConnectStep Step, TimeSpan Elapsed)> Steps
    {
        get
        {
            for (var i = 0; i < _steps.Count; i++)
                yield return (_steps[i].Step, time.GetElapsedTime(_steps[i].Began, i + 1 < _steps.Count ? _steps[i + 1].Began : _ended));
        }
    }

    /// <summary>Ends the step before.</summary>
    public void Begin(ConnectStep step) => _steps.Add((step, _ended = time.GetTimestamp()));

    /// <summary>Ends the last step.</summary>
    public void End() => _ended = time.GetTimestamp();
}
