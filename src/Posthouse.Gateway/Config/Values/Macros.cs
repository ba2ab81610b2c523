using System.Text;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary><c>%{env:NAME}%</c> and <c>file:///path</c> in a string (DIALECT §1).</summary>
static class Macros
{
    const string EnvStart = "%{env:";
    const string EnvEnd = "}%";
    const string FileStart = "file://";
    const long MaxFile = 64 * 1024 * 1024;
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryExpand(TomlText node, ConfigFindings findings, out string value) =>
        TryExpand(node, findings, out value, out _);

    /// <summary>Says what is missing and where; never what a file or a variable holds.</summary>
    public static bool TryExpand(TomlText node, ConfigFindings findings, out string value, out bool isFile)
    {
        isFile = node.Value.StartsWith(FileStart, StringComparison.Ordinal);
        if (!TryExpandEnvironment(node, findings, out value))
            return false;
        return !isFile || TryReadFile(node, findings, value[FileStart.Length..], out value);
    }

    public static bool NamesVariable(TomlText node) => node.Value.Contains(EnvStart, StringComparison.Ordinal);

    /// <summary>The file that a string stands in; null where it stands for itself, or its path cannot be told.</summary>
    public static string? FileOf(TomlText node) =>
        node.Value.StartsWith(FileStart, StringComparison.Ordinal) && TryExpandEnvironment(node, new ConfigFindings(), out var value)
            && value[FileStart.Length..] is ['/', ..] path && !path.Contains('\0', StringComparison.Ordinal) ? path : null;

    /// <summary>Leaves the file to the caller: the path that <c>file://</c> names; null = the value is no file.</summary>
    public static bool TryExpandButFiles(TomlText node, ConfigFindings findings, out string value, out string? path)
    {
        path = null;
        if (!TryExpandEnvironment(node, findings, out value))
            return false;
        if (!node.Value.StartsWith(FileStart, StringComparison.Ordinal))
            return true;
        path = value[FileStart.Length..];
        return IsWholePath(path, node, findings);
    }

    static bool TryExpandEnvironment(TomlText node, ConfigFindings findings, out string value)
    {
        value = node.Value;
        var start = value.IndexOf(EnvStart, StringComparison.Ordinal);
        if (start < 0)
            return true;
        var expanded = new StringBuilder();
        var from = 0;
        for (; start >= 0; start = value.IndexOf(EnvStart, from, StringComparison.Ordinal))
        {
            var end = value.IndexOf(EnvEnd, start, StringComparison.Ordinal);
            if (end < 0)
            {
                findings.Error(node, $"lacks the {EnvEnd} that ends {EnvStart}");
                return false;
            }
            var name = value[(start + EnvStart.Length)..end];
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || Environment.GetEnvironmentVariable(name) is not { } content)
            {
                findings.Error(node, $"the environment has no variable {ConfigFindings.Quoted(name)}");
                return false;
            }
            expanded.Append(value, from, start - from).Append(content);
            from = end + EnvEnd.Length;
        }
        value = expanded.Append(value, from, value.Length - from).ToString();
        return true;
    }

    static bool TryReadFile(TomlText node, ConfigFindings findings, string path, out string value)
    {
        value = "";
        if (!IsWholePath(path, node, findings))
            return false;
        try
        {
            if (new FileInfo(path).Length > MaxFile)
            {
                findings.Error(node, $"the file {ConfigFindings.QuotedPath(path)} is larger than 64 MiB");
                return false;
            }
            value = Utf8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            findings.Error(node, $"the file {ConfigFindings.QuotedPath(path)} cannot be read: {ReasonOf(fault)}");
            return false;
        }
        catch (DecoderFallbackException)
        {
            findings.Error(node, $"the file {ConfigFindings.QuotedPath(path)} is not UTF-8 text");
            return false;
        }
        if (value.EndsWith('\n'))
            value = value[..(value.EndsWith("\r\n", StringComparison.Ordinal) ? ^2 : ^1)];
        return true;
    }

    static bool IsWholePath(string path, TomlText node, ConfigFindings findings)
    {
        if (path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal))
            return true;
        findings.Error(node, "a file is named by its whole path: file:///etc/posthouse/secret");
        return false;
    }

    /// <summary>Why a file cannot be read, without its path.</summary>
    public static string ReasonOf(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it is not there",
        UnauthorizedAccessException => "it may not be read by this user",
        _ => fault.Message,
    };
}
