using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config;

/// <summary>Reads a configuration file into a <see cref="GatewayModel"/>, or into all that is wrong with it.</summary>
public static class ConfigLoader
{
    /// <summary>Reads the file. A file that cannot be read throws the I/O exception; anything in it becomes a problem.</summary>
    /// <param name="path">The TOML file.</param>
    /// <param name="memberships">Makes what <c>in-list</c> asks, for a name that exists.</param>
    public static ConfigResult Load(string path, Func<LookupTarget, IMembership> memberships)
    {
        var scope = Scope(path, memberships);
        string text;
        try
        {
            text = IncludedFiles.ReadText(path);
        }
        catch (DecoderFallbackException fault)
        {
            var (_, line, column) = IncludedFiles.NotUtf8(path, fault);
            return new ConfigResult(null, [new ConfigProblem(true, path, line, column, "", IncludedFiles.NotUtf8Message)]) { Read = scope.Sources };
        }
        return Parse(text, path, scope);
    }

    /// <summary>Reads text as if it stood in the file <paramref name="path"/>.</summary>
    public static ConfigResult Parse(string text, string path, Func<LookupTarget, IMembership> memberships) => Parse(text, path, Scope(path, memberships));

    static ConfigResult Parse(string text, string path, ReadScope scope) => ModelReader.Read(text, path, scope) with { Read = scope.Sources };

    static ReadScope Scope(string path, Func<LookupTarget, IMembership> memberships)
    {
        var whole = Path.GetFullPath(path);
        var scope = new ReadScope(Path.GetDirectoryName(whole) ?? "/", memberships);
        scope.Sources.Add(new(whole, ConfigSourceKind.Configuration));
        return scope;
    }
}

/// <summary>What loading came to: a model, unless a problem is an error.</summary>
public sealed record ConfigResult(GatewayModel? Model, IReadOnlyList<ConfigProblem> Problems)
{
    /// <summary>The files that it depends on, the main one first; those that are named and not there too.</summary>
    public IReadOnlyList<ConfigSource> Sources => Read.InOrder;

    internal ReadSources Read { get; init; } = new();

    /// <summary>The queue's folder, where <c>posthouse queue</c> finds the gateway; beside errors too, null where these are in the way.</summary>
    public string? QueueFolder { get; init; }
}

/// <summary>One thing wrong, or worth knowing, in a configuration file.</summary>
/// <param name="IsError">False = a warning.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Key">The full name of the key.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record ConfigProblem(bool IsError, string File, int Line, int Column, string Key, string Message)
{
    /// <summary><c>file:line:column: error: key: message</c>.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{File}:{Line}:{Column}: {(IsError ? "error" : "warning")}: {(Key.Length == 0 ? "" : Key + ": ")}{Message}");
}
