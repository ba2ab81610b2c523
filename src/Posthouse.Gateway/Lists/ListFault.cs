namespace Posthouse.Gateway.Lists;

/// <summary>Why a file cannot be a list.</summary>
/// <param name="Line">From 1; 0 = the file as a whole.</param>
/// <param name="Message">Names no secret.</param>
readonly record struct ListFault(int Line, string Message)
{
    public override string ToString() => Line == 0 ? Message : $"line {Line}: {Message}";
}
