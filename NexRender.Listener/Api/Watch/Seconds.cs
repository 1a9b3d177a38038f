using System.Globalization;

namespace NexRender.Listener.Api.Watch;

/// <summary>Reads a parameter that says how long a response may wait.</summary>
internal static class Seconds
{
    /// <summary>Returns the time; <c>null</c> if the text is not a number of seconds from 0 to the longest.</summary>
    /// <param name="text">The value of the parameter; <c>null</c> for the default.</param>
    /// <param name="defaultTime">The time without the parameter.</param>
    /// <param name="longest">The longest time.</param>
    public static TimeSpan? Parse(string? text, TimeSpan defaultTime, TimeSpan longest)
    {
        if (text is null) return defaultTime;
        var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds);
        return isNumber && seconds <= longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Returns the response to another value.</summary>
    public static ApiResponse Invalid(string parameter, TimeSpan longest) =>
        ApiResponse.Text(400, $"the {parameter} must be a number of seconds from 0 to {longest.TotalSeconds}");
}
