using System.Text;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>JSON documents, valid and invalid.</summary>
internal static class Documents
{
    /// <summary>Valid documents.</summary>
    public static readonly string[] Valid =
    [
        "null", "true", "false", "0", "-0", "1e0", "1E+2", "1e-2", "-0.0", "0e1", "0e+1", "20e1", "123.456e78",
        "-123123123123123123123123123123",
        "1000000000000000000000000000000.000000000000000000000000000001", "[]", "{}", "[[]]", "[ ]", "{ }", "[1 , 2\t,\r\n3]",
        "[null,1,\"1\",{}]",
        "[[[[[[[[[[]]]]]]]]]]", "{\"\":0}", "{\"a\":[]}", "{\"a\":{\"b\":{\"c\":null}}}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "\"\"",
        "\"a\"", "\" \"",
        "\"\\u0060\\u012a\\u12AB\"", "\"\\uD801\\udc37\"", "\"\\ud83d\\ude39\\ud83d\\udc8d\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\\\u0000\"", "\"\\\"\"",
        "\"\\u0000\"", "\"\\u001f\"", "\"a/*b*/c//d\"", "\"\\\\a\"", "\"\\\\n\"", "\"\u007f\"", "\"\u0080\u009f\"", "\"\u2028\u2029\"",
        "\"\uFEFF\"", "\"\uFFFF\uFFFE\"",
        "\"π\"", "\"😀\"", "\"\\u200B\\u2064\\uFDD0\\uFFFE\"", "\"\\uDBFF\\uDFFF\"", "\"$ref:{}[],:\"", "\"__proto__\"",
        "{\"__proto__\":[]}", "{\"\\u0000\":0}",
        "{\"a\\tb\":\"\\u000a\"}", "[1.7976931348623157e308,5e-324,2.2250738585072011e-308]",
    ];

    /// <summary>Invalid documents, as bytes because some are not UTF-8.</summary>
    public static readonly byte[][] Invalid =
    [
        .. new[]
        {
            "", " ", "nul", "Null", "TRUE", "undefined", "NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "-", "--1", "01", "-01", "0x10",
            "1e", "1e+", "1.e1", "1 2", "1_000",
            "0.1.2", "1ea", "\uFF11", "[", "]", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", "[}", "[\"a\"", "[1}", "{", "}", "{,}",
            "{\"a\"}", "{\"a\":}", "{\"a\" 1}",
            "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{a:1}", "{1:1}", "{'a':1}", "{null:1}", "{\"a\":1 \"b\":2}", "{[]:1}", "{\"a\":1]",
            "{\"a\":\"b", "\"", "\"\\\"", "\"\\x41\"", "\"\\'\"",
            "\"\\u\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"", "\"a\nb\"", "\"a\tb\"", "\"a\0b\"", "\"a\u001fb\"", "\"\\\n\"", "'a'",
            "`a`", "“a”", "\"a\" \"b\"", "[]]", "{}}", "[][]",
            "//x\n1", "/*x*/1", "1//x", "#x\n1", "[1/*x*/]", "\u00a01", "\u20281", "\f1", "\v1", "\01", "1\0", "<null>", "\\u005b\\u005d",
            "1;", "(1)", "@", "*", "a", "\u00e9",
        }.Select(Encoding.UTF8.GetBytes),
        [.. "\""u8, 0xFF, .. "\""u8], [.. "\""u8, 0xC3, .. "\""u8], [.. "\""u8, 0x81, .. "\""u8], [.. "\""u8, 0xC0, 0xAF, .. "\""u8],
        [.. "\""u8, 0xED, 0xA0, 0x80, .. "\""u8], [.. "\""u8, 0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF, .. "\""u8],
        [.. "{\""u8, 0xE5, .. "\":1}"u8], [0xFE, 0xFF],
        Encoding.Unicode.GetBytes("[1]"), Encoding.BigEndianUnicode.GetBytes("[1]"), Encoding.UTF8.GetBytes(new string('[', 100_000)),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 50_000))),
    ];

    /// <summary>Documents on which parsers disagree.</summary>
    public static readonly byte[][] Either =
    [
        .. new[]
        {
            "1e9999", "-1e9999", "1e-9999", "123123e100000", "-123123123123123123123123123123123",
            "0.4e00669999999999999999999999999999999999999999999999999999999999999999",
            "\"\\uDADA\"", "\"\\ud800\\u\"", "\"\\uD888\\u1234\"", "\"\\uD800\\n\"", "\"\\uDd1ea\"", "\"\\uD800\\uD800\\n\"",
            "\"\\ud800abc\"", "\"\\uDd1e\\uD834\"", "\"\\uDFAA\"",
            "{\"\\uDFAA\":0}", "{\"\\uD800\":{\"\\uD800\":\"\\uD800\"},\"\\uD800\":1}",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('[', 250) + new string(']', 250)),
        Encoding.UTF8.GetBytes(new string('[', 500) + new string(']', 500)),
    ];
}
