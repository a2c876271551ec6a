namespace StripePassKitActors.Customers.PassKit;

/// <summary>What a failed call asks for (rule P7).</summary>
internal enum PassKitFault
{
    /// <summary>No answer, 429, 5xx: try again.</summary>
    Transient,

    /// <summary>401, 403, an unknown program or tier: nobody's pass can be synced until a person mends the set-up.</summary>
    SetUp,

    /// <summary>400: this member's own data is refused.</summary>
    Refused,

    /// <summary>404: not there.</summary>
    NotFound,

    /// <summary>409 to an enrolment: the external id is taken.</summary>
    Taken,
}
