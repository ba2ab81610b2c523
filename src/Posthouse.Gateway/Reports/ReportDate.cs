using System.Globalization;

namespace Posthouse.Gateway.Reports;

/// <summary>A moment as a header writes it (RFC 5322 section 3.3).</summary>
static class ReportDate
{
    internal static string Of(DateTimeOffset moment) => moment.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
