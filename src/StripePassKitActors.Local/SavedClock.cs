using System.Globalization;
using System.Text;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Local;

/// <summary>The one clock of a local run. How far it was moved outlives the run: what was due stays due.</summary>
internal static class SavedClock
{
    /// <summary>Starts where the last run left it, and writes down every move.</summary>
    public static MovableClock Open(string file)
    {
        var known = File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var ticks) && ticks > 0 ? ticks : 0;
        var clock = new MovableClock(TimeProvider.System, TimeSpan.FromTicks(known));
        clock.Moved += offset =>
        {
            using (var written = new FileStream(file + ".new", FileMode.Create))
            {
                written.Write(Encoding.ASCII.GetBytes(offset.Ticks.ToString(CultureInfo.InvariantCulture)));
                written.Flush(flushToDisk: true);
            }

            File.Move(file + ".new", file, overwrite: true);
        };
        return clock;
    }
}
