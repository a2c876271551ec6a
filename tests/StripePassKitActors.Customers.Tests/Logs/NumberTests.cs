using System.Reflection;
using Microsoft.Extensions.Logging;

namespace StripePassKitActors.Customers.Tests.Logs;

/// <summary>Operators go by the numbers of log messages.</summary>
public sealed class NumberTests
{
    [Fact]
    public void Every_message_has_a_number_of_its_own()
    {
        var numbers = typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()
            .ToArray();

        Assert.True(numbers.Length > 30);
        Assert.Equal(numbers.Distinct().Order(), numbers.Order());
    }
}
