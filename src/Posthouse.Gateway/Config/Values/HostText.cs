using System.Net;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Host names, addresses and endpoints as an operator writes them.</summary>
static class HostText
{
    /// <summary>Letters, digits, hyphens and underscores in labels of at most 63; not something a resolver would take for an address.</summary>
    public static bool IsName(string text)
    {
        if (text.Length is 0 or > 253)
            return false;
        var labels = text.Split('.');
        return labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit) && !labels[^1].StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A name, or an IP address with or without brackets, which are cut.</summary>
    public static bool TryParseHost(string text, out string host)
    {
        host = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        return AddressText.TryParse(host, out _) || (host.Length == text.Length && IsName(host));
    }

    /// <summary><c>127.0.0.1:25</c> or <c>[::]:25</c>.</summary>
    public static bool TryParseEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = null!;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !AddressText.TryParseDecimal(text.AsSpan(colon + 1), 65535, out var port))
            return false;
        var host = text.AsSpan(0, colon);
        var isBracketed = host is ['[', .., ']'];
        if (!AddressText.TryParse(isBracketed ? host[1..^1] : host, out var address) || isBracketed != address.ToString().Contains(':', StringComparison.Ordinal))
            return false;
        endPoint = new IPEndPoint(address, port);
        return true;
    }

    static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
