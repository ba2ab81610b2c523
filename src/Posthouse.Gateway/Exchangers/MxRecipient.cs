using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Exchangers;

/// <summary>One recipient on its way along the exchangers of its domain.</summary>
sealed class MxRecipient
{
    int _noes;
    int _closed;
    bool _isPutOff;

    /// <summary>The best word on it as yet; null = none.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>Another try could bring it twice, or it has been delivered.</summary>
    public bool MayHaveArrived => Outcome is { Disposition: Disposition.Delivered } or { MaybeDelivered: true };

    /// <summary>Takes what came of one destination.</summary>
    /// <param name="outcome">Of this recipient, as <see cref="MxOutcomes.OfExchanger"/> has it.</param>
    /// <param name="exchanger">Who was asked; null = nobody.</param>
    /// <param name="isSplit">The exchanger has had its last word on others of the message, so that another transaction with it gets on.</param>
    public void Hear(Outcome outcome, string? exchanger, bool isSplit)
    {
        _closed += outcome.TakesNoMail ? 1 : 0;
        _noes += MxOutcomes.IsNotNow(outcome) ? 1 : 0;
        _isPutOff = isSplit && outcome.IsOneTooMany;
        // What an exchanger said of it tells more than that the next was out of reach.
        if (Outcome is { } before && MxOutcomes.IsNotNow(before) && MxOutcomes.IsOfConnection(outcome))
            return;
        // An exchanger before it may have been tried.
        var isUntried = outcome.IsUntried && Outcome is not { IsUntried: false };
        Outcome = outcome with { Exchanger = exchanger, IsUntried = isUntried };
    }

    /// <summary>Whether the next exchanger may be asked.</summary>
    /// <param name="mostNoes">How many may say not now before that is the answer, at least 1.</param>
    public bool MayGoOn(int mostNoes) => Outcome is { Disposition: Disposition.Temporary, MaybeDelivered: false } && !_isPutOff && _noes < mostNoes;

    /// <summary>All destinations were asked, and there are no more.</summary>
    public void End(int destinations)
    {
        if (_closed == destinations)
            Outcome = MxOutcomes.NoneTakesMail(Outcome!);
    }
}
