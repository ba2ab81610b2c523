using System.Globalization;
using Posthouse.Terminal;
using Spectre.Console;

namespace Posthouse.Demo;

/// <summary>How the demo looks: plain text at 80 columns, colour where there is a terminal for it.</summary>
sealed class DemoScreen
{
    static readonly Style Quiet = new(Color.Grey);
    static readonly Style Good = new(Color.Green);
    static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);

    readonly IAnsiConsole _console;

    public DemoScreen(TextWriter output, bool isTerminal)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
            _console.Profile.Width = 80;
    }

    public void ShowTitle(string title, string text)
    {
        _console.WriteLine();
        WriteLine(title, new Style(decoration: Decoration.Bold));
        WriteVerbatim(text);
    }

    public void ShowScene(string title)
    {
        _console.WriteLine();
        _console.Write(new Rule(Markup.Escape(title)) { Justification = Justify.Left, Style = Quiet });
    }

    public void ShowStep(int number, DemoStep step, Dialogue dialogue)
    {
        _console.WriteLine();
        WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number,2}. {step.Title}"), new Style(decoration: Decoration.Bold));
        foreach (var (speaker, text) in dialogue.Lines)
            WriteLine($"      {Sign(speaker)} {text}", speaker == Speaker.Gateway ? Style.Plain : Quiet);
        var verdict = step.IsAsExpected ? "ok" : "NOT OK";
        WriteLine($"    {verdict}: {step.Got}; the remotes were asked: {step.Asked}", step.IsAsExpected ? Good : Bad);
        if (!step.IsAsExpected)
            WriteLine($"    expected: {step.Expected}; asked: {step.MayAsk}", Bad);
    }

    public void ShowSummary(IReadOnlyList<DemoStep> steps)
    {
        ShowScene("Summary");
        _console.WriteLine();
        var table = new Table { Border = TableBorder.Horizontal, BorderStyle = Quiet };
        table.AddColumns(
            Column("#").RightAligned().NoWrap(),
            Column("Step"),
            Column("Expected"),
            Column("Got"),
            Column("Asked"),
            Column("ms").RightAligned().NoWrap(),
            Column("").NoWrap());
        foreach (var (index, step) in steps.Index())
        {
            table.AddRow(
                Cell((index + 1).ToString(CultureInfo.InvariantCulture)),
                Cell(step.Title),
                Cell(step.Expected),
                Cell(step.Got),
                Cell(step.Asked.ToString()),
                Cell(step.Took.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)),
                step.IsAsExpected ? new Text("ok", Good) : new Text("NO", Bad));
        }

        _console.Write(table);
        var failed = steps.Count(step => !step.IsAsExpected);
        WriteLine(
            failed == 0 ? $"All {steps.Count} steps went as expected." : $"{failed} of {steps.Count} steps did not go as expected.",
            failed == 0 ? Good : Bad);
    }

    /// <summary>One line, cut to the width: a wrapped dialogue is hard to read.</summary>
    public void WriteLine(string text, Style style)
    {
        var line = PrintableText.Of(text);
        if (line.Length > _console.Profile.Width)
            line = string.Concat(line.AsSpan(0, _console.Profile.Width - 3), "...");
        _console.Write(new Text(line, style));
        _console.WriteLine();
    }

    /// <summary>Lines as they are, for copying.</summary>
    public void WriteVerbatim(string text)
    {
        _console.Profile.Out.Writer.WriteLine(text);
        _console.Profile.Out.Writer.Flush();
    }

    static TableColumn Column(string title) => new(title) { Padding = new Padding(0) };

    static Text Cell(string text) => new(PrintableText.Of(text));

    static char Sign(Speaker speaker) => speaker switch
    {
        Speaker.Client => '>',
        Speaker.Gateway => '<',
        _ => '*',
    };
}
