using System.Reflection;

namespace Posthouse.Commands;

static class ProductVersion
{
    /// <summary>The version as released, without the commit that the build adds to it.</summary>
    public static string Text { get; } =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
