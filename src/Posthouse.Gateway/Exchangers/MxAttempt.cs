using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Exchangers;

/// <summary>
/// One message to one domain: (1) the settings that decide on the route, (2) the route, (3) each destination in turn, by the settings for it,
/// until every recipient has a last word or all have been tried. Recipients share all of this but where a setting parts them. A yes and a no for good are
/// last words, and so is silence behind the dot. Who was not reached, or turns us away, hands a recipient on to the next; so does who says not now (RFC
/// 5321 section 5.1), but to no more than may be tried at all, and only for a while, since a host that is slow to say so has its place meanwhile.
/// </summary>
sealed class MxAttempt(MxDelivery delivery, string domain, QueuedMessage message, RelayRequest request, CancellationToken cancellationToken)
{
    /// <summary>As long as a host may take for one reply (RFC 5321 section 4.5.3.2).</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly MxRecipient[] _recipients = [.. request.Recipients.Select(static _ => new MxRecipient())];

    public async Task<RelayResult> RunAsync()
    {
        if (request.Mail is { RequireTls: true, ReversePath: not null })
            return new RelayResult([.. request.Recipients.Select(_ => MxOutcomes.Unproved(domain))]);
        try
        {
            // 1.
            var model = delivery.Model();
            foreach (var (terms, recipients) in await PartAsync(
                Enumerable.Range(0, _recipients.Length), subject => RouteTerms.EvaluateAsync(model, subject, cancellationToken)))
            {
                // 2.
                var route = await delivery.Routes.FindAsync(domain, terms, cancellationToken);
                if (route.Failure is { } failure)
                    recipients.ForEach(recipient => _recipients[recipient].Outcome = failure);
                else
                    await WalkAsync(route, terms, recipients);
            }
        }
        catch (OperationCanceledException) when (_recipients.Any(static recipient => recipient.MayHaveArrived))
        {
            // What some recipients have is not to be forgotten for the others' sake, or they would have it twice.
            foreach (var recipient in _recipients)
                recipient.Outcome ??= MxOutcomes.NotNow(4, 0, "given up at shutdown");
        }
        return new RelayResult([.. _recipients.Select(static recipient => recipient.Outcome!)]);
    }

    // 3.
    async Task WalkAsync(MailRoute route, RouteTerms terms, List<int> recipients)
    {
        var began = delivery.Time.GetTimestamp();
        foreach (var destination in route.Destinations)
        {
            foreach (var (options, some) in await PartAsync(
                recipients, subject => delivery.Terms.EvaluateAsync(destination, terms.HostName, subject, cancellationToken)))
            {
                var result = await delivery.Hosts.RelayAsync(options,
                    request with { Recipients = [.. some.Select(recipient => request.Recipients[recipient])] }, cancellationToken);
                Outcome[] outcomes = [.. result.Outcomes.Select(MxOutcomes.OfExchanger)];
                var isSplit = outcomes.Any(static outcome => outcome.Disposition != Disposition.Temporary);
                foreach (var (recipient, outcome) in some.Zip(outcomes))
                    _recipients[recipient].Hear(outcome, destination.Host, isSplit);
                Tell(destination, outcomes);
            }
            var mostNoes = delivery.Time.GetElapsedTime(began) < Patience ? terms.MaxHosts : 1;
            recipients = recipients.FindAll(recipient => _recipients[recipient].MayGoOn(mostNoes));
            if (recipients.Count == 0)
                return;
        }
        if (!route.LeavesOut)
            recipients.ForEach(recipient => _recipients[recipient].End(route.Destinations.Count));
    }

    void Tell(Destination destination, IReadOnlyList<Outcome> outcomes)
    {
        var (logger, queueId) = (delivery.Logger, message.Key.ToString());
        if (outcomes.Count(static outcome => outcome.Disposition == Disposition.Delivered) is > 0 and var taken)
            ExchangerLog.Took(logger, queueId, domain, destination.Host, destination.Address, taken);
        if (outcomes.Where(MxOutcomes.IsNotNow).ToArray() is [var no, ..] noes)
            ExchangerLog.PutOff(logger, queueId, domain, destination.Host, destination.Address, noes.Length, no.Reply.ToString());
        if (outcomes.FirstOrDefault(MxOutcomes.IsOfConnection) is { } failure)
            ExchangerLog.NotReached(logger, queueId, domain, destination.Host, destination.Address, failure.Reply.ToString());
    }

    /// <summary>Parts recipients by what their settings come to; those for whom one cannot be decided have their outcome.</summary>
    async Task<IReadOnlyList<(T Value, List<int> Recipients)>> PartAsync<T>(IEnumerable<int> recipients, Func<IRuleSubject, ValueTask<Evaluation<T>>> evaluate)
        where T : notnull
    {
        var parts = new List<(T Value, List<int> Recipients)>();
        var byValue = new Dictionary<T, List<int>>();
        foreach (var recipient in recipients)
        {
            var evaluation = await evaluate(new QueuedRecipient(message, request.Recipients[recipient]));
            if (!evaluation.IsAvailable)
            {
                _recipients[recipient].Hear(MxOutcomes.OurFault(4, 3, evaluation.Reason), null, isSplit: false);
                continue;
            }
            if (!byValue.TryGetValue(evaluation.Value, out var same))
                parts.Add((evaluation.Value, byValue[evaluation.Value] = same = []));
            same.Add(recipient);
        }
        return parts;
    }
}
