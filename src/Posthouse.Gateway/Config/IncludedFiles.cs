using System.Text;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config;

/// <summary><c>include = ["conf.d/*.toml"]</c>: adds what other files say, in the order of their names.</summary>
static class IncludedFiles
{
    public const string KeyName = "include";
    const long MaxFile = 16 * 1024 * 1024;
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void AddTo(TomlTable root, ReadScope scope)
    {
        if (root.Find(KeyName) is not { } node)
            return;
        if (!ConfigTypes.Text.ListOf().TryRead(node, scope, out var patterns))
            scope.Findings.LacksPart();
        foreach (var pattern in patterns)
        {
            foreach (var file in Match(pattern, node, scope))
            {
                scope.Sources.Add(new(file, ConfigSourceKind.Configuration));
                // The keys of the main file are there already, so what an included one repeats is found.
                if (!TryReadText(file, node, scope, out var text) || TomlFile.Read(text, file, root, scope.Findings) != TomlReading.Whole)
                    scope.Findings.LacksPart();
            }
        }
    }

    /// <summary>The text of a file; false with the reason reported at <paramref name="node"/>.</summary>
    static bool TryReadText(string file, TomlNode node, ReadScope scope, out string text)
    {
        text = "";
        try
        {
            text = ReadText(file);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            scope.Findings.Error(node, $"{ConfigFindings.QuotedPath(file)} cannot be read: {Macros.ReasonOf(fault)}");
        }
        catch (DecoderFallbackException fault)
        {
            scope.Findings.Error(NotUtf8(file, fault), "", NotUtf8Message);
        }
        return false;
    }

    public const string NotUtf8Message = "is not UTF-8 text from here on: save the file in UTF-8";

    /// <summary>Where a file stops to be UTF-8, as far as it can be read again; a column counts octets then.</summary>
    public static Place NotUtf8(string file, DecoderFallbackException fault)
    {
        try
        {
            var before = File.ReadAllBytes(file).AsSpan(0, Math.Max(0, fault.Index));
            return new Place(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Place(file, 1, 1);
        }
    }

    /// <summary>Reads a configuration file, without a byte order mark.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger than 16 MiB.</exception>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static string ReadText(string file)
    {
        if (new FileInfo(file).Length > MaxFile)
            throw new IOException("a configuration file is at most 16 MiB");
        var text = Utf8.GetString(File.ReadAllBytes(file));
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    static IEnumerable<string> Match(string pattern, TomlNode node, ReadScope scope)
    {
        if (pattern.Length == 0 || pattern.Contains('\0', StringComparison.Ordinal))
        {
            scope.Findings.Error(node, "names no file");
            scope.Findings.LacksPart();
            return [];
        }
        var path = Path.GetFullPath(pattern, scope.Folder);
        var name = Path.GetFileName(path);
        var folder = Path.GetDirectoryName(path) ?? "/";
        if (!name.AsSpan().ContainsAny('*', '?'))
            return [path];
        scope.Sources.Add(new(folder, ConfigSourceKind.Configuration) { Pattern = name });
        try
        {
            return Directory.GetFiles(folder, name).Order(StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            scope.Findings.Error(node, $"{ConfigFindings.QuotedPath(folder)} cannot be read: {Macros.ReasonOf(fault)}");
            scope.Findings.LacksPart();
            return [];
        }
    }
}
