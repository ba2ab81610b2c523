using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Exchangers;

/// <summary>
/// One message to one domain: (1) the settings that decide on the route, (2) the route, (3) each destination in turn, by the settings for it,
/// until every recipient has an answer that is an exchanger's own or all have been tried. Recipients share all of this but where a
/// setting parts them. What an exchanger says of a recipient is final or delays it; only one that is out of reach, or turns us
/// away before it hears of a recipient, hands it on to the next.
/// </summary>
sealed class MxAttempt(MxDelivery delivery, string domain, QueuedMessage message, RelayRequest request, CancellationToken cancellationToken)
{
    readonly Outcome?[] _outcomes = new Outcome?[request.Recipients.Count];

    public async Task<RelayResult> RunAsync()
    {
        if (request.Mail is { RequireTls: true, ReversePath: not null })
            return new RelayResult([.. request.Recipients.Select(_ => MxOutcomes.Unproved(domain))]);
        try
        {
            // 1.
            var model = delivery.Model();
            foreach (var (terms, recipients) in await PartAsync(
                Enumerable.Range(0, _outcomes.Length), subject => RouteTerms.EvaluateAsync(model, subject, cancellationToken)))
            {
                // 2.
                var route = await delivery.Routes.FindAsync(domain, terms, cancellationToken);
                if (route.Failure is { } failure)
                    recipients.ForEach(recipient => _outcomes[recipient] = failure);
                else
                    await WalkAsync(route.Destinations, terms.HostName, recipients);
            }
        }
        catch (OperationCanceledException) when (_outcomes.Any(static outcome => outcome is { Disposition: Disposition.Delivered } or { MaybeDelivered: true }))
        {
            // What some recipients have is not to be forgotten for the others' sake, or they would have it twice.
            for (var i = 0; i < _outcomes.Length; i++)
                _outcomes[i] ??= MxOutcomes.NotNow(4, 0, "given up at shutdown");
        }
        return new RelayResult(_outcomes!);
    }

    // 3.
    async Task WalkAsync(IReadOnlyList<Destination> destinations, string helloName, List<int> recipients)
    {
        foreach (var destination in destinations)
        {
            foreach (var (options, some) in await PartAsync(
                recipients, subject => delivery.Terms.EvaluateAsync(destination, helloName, subject, cancellationToken)))
            {
                var result = await delivery.Hosts.RelayAsync(options,
                    request with { Recipients = [.. some.Select(recipient => request.Recipients[recipient])] }, cancellationToken);
                foreach (var (recipient, outcome) in some.Zip(result.Outcomes))
                {
                    // An exchanger before it may have been tried.
                    var isUntried = outcome.IsUntried && _outcomes[recipient] is not { IsUntried: false };
                    _outcomes[recipient] = MxOutcomes.OfExchanger(outcome) with { Exchanger = destination.Host, IsUntried = isUntried };
                }
                if (result.Outcomes.Count(static outcome => outcome.Disposition == Disposition.Delivered) is > 0 and var taken)
                    ExchangerLog.Took(delivery.Logger, message.Key.ToString(), domain, destination.Host, destination.Address, taken);
            }
            recipients = recipients.FindAll(recipient => MxOutcomes.IsOfConnection(_outcomes[recipient]!));
            if (recipients.Count == 0)
                return;
            ExchangerLog.NotReached(delivery.Logger, message.Key.ToString(), domain, destination.Host, destination.Address,
                _outcomes[recipients[0]]!.Reply.ToString());
        }
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
                _outcomes[recipient] = MxOutcomes.OurFault(4, 3, evaluation.Reason);
                continue;
            }
            if (!byValue.TryGetValue(evaluation.Value, out var same))
                parts.Add((evaluation.Value, byValue[evaluation.Value] = same = []));
            same.Add(recipient);
        }
        return parts;
    }
}
