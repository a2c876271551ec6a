namespace StripePassKitActors.Local.Sidecar;

/// <summary>
/// Something that Dapr may know and the development sidecar does not. Nothing is passed over in silence: the sentence says what it was,
/// and that the real Dapr is there for it.
/// </summary>
public sealed class UnsupportedException(string what)
    : Exception($"The development sidecar does not know {what}. Use `dapr run -f .` for it, with a real Dapr.");
