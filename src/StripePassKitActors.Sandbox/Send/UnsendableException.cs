namespace StripePassKitActors.Sandbox.Send;

/// <summary>A file that cannot be sent; the message is a sentence for who named it.</summary>
internal sealed class UnsendableException(string sentence, Exception? inner = null) : Exception(sentence, inner);
