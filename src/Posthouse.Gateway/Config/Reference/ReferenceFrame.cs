namespace Posthouse.Gateway.Config.Reference;

/// <summary>What stands around the tables of docs/configuration.md.</summary>
static class ReferenceFrame
{
    public const string Start =
        """
        # Configuration

        One TOML file, named to `posthouse serve`. `posthouse check FILE` says all that is wrong with it, with line and column.
        The tables below come from the same descriptions that the checker goes by.

        ## Values

        | type | form |
        |---|---|
        | duration | `"500ms"`, `"30s"`, `"1m"`, `"2h"`, `"1d"`, `"1h30m"`; blanks and case are ignored; a bare integer is milliseconds, and warned of |
        | size | integer bytes, or `"25MB"`, `"64KiB"` |
        | rate | `"25/1h"` |
        | off | `false`, `"false"`, `"disable"`, `"none"`, `"never"`, where a setting is optional |
        | list | one value stands for a list of one |
        | lookup | `"remote/<id>"` or `"list/<id>"` |
        | macro | in any string: `file:///path` is the whole file less one trailing newline, `%{env:NAME}%` a variable of the environment |

        The column *if-block at* says when a setting is asked, and so what an if-block may ask about (see Rules); *value only* takes none.

        """;

    public const string Rules =
        """

        ## Rules

        A setting is a value, or a list of branches, of which the first that decides counts:

        ```toml
        [session.rcpt]
        relay = [ { if = "authenticated-as", ne = "", then = true }, { else = false } ]
        ```

        Conditions nest in `any-of`, `all-of` and `none-of`; `{ rule = "<id>" }` stands for one of `[rule]`. Operators: `eq`, `ne`,
        `starts-with`, `ends-with`, `matches`, `in-list`, the last four with `not-` before them too; `equal-to` and `not-equal-to` are other
        names of `eq` and `ne`. Domains compare without case; `matches` is a search in linear time; addresses match masks such as
        `10.0.0.0/8`. A lookup that is unavailable makes the setting unavailable, never true or false.

        What is known when; asking for more is an error at load. `authenticated-as` is empty before AUTH.

        | at | variables |
        |---|---|

        """;

    public const string OfTheEra =
        """

        ## Of the Stalwart era, not implemented

        Files may hold these, with a warning; they change nothing. `*` stands for one name.


        """;
}
