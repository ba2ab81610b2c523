using System.Globalization;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>No rule on remote faults is without a test.</summary>
public class EveryRule
{
    const int Last = 84;

    static readonly FaultTable[] Tables =
    [
        ConnectFaults.Table, TlsFaults.Table, LoginFaults.Table, RecipientFaults.Table,
        RelayFaults.Table, ChunkFaults.Table, LiveRelayFaults.Table, FinalReplyFaults.Table, PoolFaults.Table, QueryFaults.Table, ImapFaults.Table,
    ];

    /// <summary>The rules without a row, with the test that holds them or the reason why none can here.</summary>
    static readonly Dictionary<int, string> Elsewhere = new()
    {
        [1] = nameof(NameFaults.A_name_that_does_not_resolve_is_no_word_about_a_recipient),
        [17] = nameof(TlsFaults.What_was_offered_in_clear_counts_for_nothing_after_the_handshake),
        [18] = nameof(EstablishmentTests.An_unknown_certificate_is_no_way_in),
        [20] = nameof(TlsFaults.A_reply_that_TLS_breaks_off_is_none),
        [21] = nameof(TlsFaults.A_host_that_says_too_much_within_TLS_is_not_believed),
        [22] = nameof(PoolTests.Who_logs_in_never_does_so_on_a_connection_that_is_logged_in),
        [52] = nameof(Queue.GroupCommitTests.A_mark_without_company_is_written_after_50_ms),
        [54] = nameof(FinalReplyFaults.Nine_minutes_of_silence_after_the_dot_and_then_250_is_a_delivery),
        [65] = nameof(PoolTests.A_host_that_falls_silent_over_our_farewell_is_cut_off_after_two_seconds),
        [67] = "several endpoints of one host are the dialler's, which has its own tests",
    };

    [Fact]
    public void Every_rule_has_a_row_or_a_test_elsewhere()
    {
        var rules = Tables.SelectMany(table => table.Rows).Select(row => int.Parse(row.Rule[1..], CultureInfo.InvariantCulture)).Concat(Elsewhere.Keys);
        Assert.Equal(Enumerable.Range(1, Last), rules.Distinct().Order());
    }

    [Fact]
    public void A_row_that_ends_without_an_answer_says_why() =>
        Assert.DoesNotContain(Tables.SelectMany(table => table.Rows), row => Questions.IsUnavailable(row.Gets.Split("; ")[^1]) && row.Says.Length == 0);
}
