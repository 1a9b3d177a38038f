using System.Globalization;
using System.Text;

namespace NexRender.Listener.Json;

/// <summary>Writes JSON numbers as JavaScript does when it makes text of them.</summary>
internal static class JavaScriptNumber
{
    /// <summary>
    /// Returns the text that JavaScript's <c>String(number)</c> gives; <c>null</c> if JavaScript cannot hold the number exactly.
    /// </summary>
    /// <param name="json">A valid JSON number.</param>
    public static string? ToText(ReadOnlySpan<byte> json)
    {
        var written = Normalize(Encoding.ASCII.GetString(json));
        var number = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) return null;
        // The shortest digits that give the same number again, in .NET as in JavaScript.
        var held = Normalize(number.ToString("R", CultureInfo.InvariantCulture));
        return held == written ? Format(held) : null;
    }

    /// <summary>Splits a number into sign, digits without zeros at the ends, and the power of ten of the last digit.</summary>
    private static (bool IsNegative, string Digits, long Exponent) Normalize(string text)
    {
        var isNegative = text[0] == '-';
        var end = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text.AsSpan(isNegative ? 1 : 0, (end < 0 ? text.Length : end) - (isNegative ? 1 : 0));
        // An exponent with more digits than fit is that of no number that JavaScript holds.
        var exponent = end < 0 ? 0 : long.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var given) ? given : long.MaxValue / 2;
        var point = mantissa.IndexOf('.');
        var digits = mantissa.ToString().Replace(".", "");
        if (point >= 0) exponent -= mantissa.Length - point - 1;
        var trimmed = digits.TrimEnd('0');
        exponent += digits.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        return trimmed.Length == 0 ? (false, "0", 0) : (isNegative, trimmed, exponent);
    }

    // ECMA-262, Number::toString.
    private static string Format((bool IsNegative, string Digits, long Exponent) number)
    {
        var (isNegative, digits, exponent) = number;
        var point = digits.Length + exponent;
        var text = point switch
        {
            > 21 or < -5 => Scientific(digits, point - 1),
            > 0 when point >= digits.Length => digits + new string('0', (int)exponent),
            > 0 => $"{digits[..(int)point]}.{digits[(int)point..]}",
            _ => $"0.{new string('0', (int)-point)}{digits}",
        };
        return isNegative ? "-" + text : text;
    }

    private static string Scientific(string digits, long exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }
}
