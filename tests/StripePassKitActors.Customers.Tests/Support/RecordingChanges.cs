using System.Collections.Concurrent;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Changes;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>A broker that keeps what it is told.</summary>
internal sealed class RecordingChanges : IChangePublisher
{
    private readonly ConcurrentQueue<(string Customer, PassChange Change)> published = [];

    /// <summary>How many of the next changes the broker does not take.</summary>
    public int Failing { get; set; }

    /// <summary>Runs before the broker answers.</summary>
    public Action BeforeAnswer { get; set; } = () => { };

    /// <summary>What the broker took, oldest first.</summary>
    public IReadOnlyList<(string Customer, PassChange Change)> All => [.. published];

    /// <summary>Number and kind of what the broker took, oldest first; forgotten once told.</summary>
    public IReadOnlyList<string> Told()
    {
        List<string> told = [];
        while (published.TryDequeue(out var one)) told.Add($"{one.Change.Version} {one.Change.Kind}".ToLowerInvariant());
        return told;
    }

    public Task PublishAsync(string customerId, PassChange change, CancellationToken cancellationToken)
    {
        BeforeAnswer();
        if (Failing > 0)
        {
            Failing--;
            return Task.FromException(new ChangeNotPublishedException("The broker is away.", new HttpRequestException()));
        }

        published.Enqueue((customerId, change));
        return Task.CompletedTask;
    }
}
