using CsCheck;

namespace Posthouse.Tests.Wire;

/// <summary>Generators over a few telling values: hostile text is made of known pieces, not of random characters.</summary>
static class Pick
{
    public static Gen<string> From(params string[] pieces) => Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]);
}
