using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>Signs bodies with HMAC-SHA-256. The framework's own needs OpenSSL, which a static executable has not.</summary>
internal static class BodySignature
{
    private const int BlockSize = 64;

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Returns the value of the header <c>nexrender-signature</c>.</summary>
    public static string Of(ReadOnlySpan<byte> body, string secret) =>
        $"sha256={Convert.ToHexStringLower(Hmac(Encoding.UTF8.GetBytes(secret), body))}";

    /// <summary>Returns the SHA-256 digest of bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        uint[] state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        Span<uint> schedule = stackalloc uint[BlockSize];
        var rest = bytes;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..]) Add(state, rest[..BlockSize], schedule);
        // The last one or two blocks: the rest, a bit, zeros, and the length in bits.
        Span<byte> end = stackalloc byte[rest.Length < BlockSize - 8 ? BlockSize : 2 * BlockSize];
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(end[^8..], bytes.Length * 8L);
        for (var i = 0; i < end.Length; i += BlockSize) Add(state, end.Slice(i, BlockSize), schedule);
        var digest = new byte[32];
        for (var i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * 4), state[i]);
        return digest;
    }

    private static byte[] Hmac(byte[] key, ReadOnlySpan<byte> body)
    {
        if (key.Length > BlockSize) key = Hash(key);
        var (inner, outer) = (new byte[BlockSize], new byte[BlockSize]);
        for (var i = 0; i < BlockSize; i++)
        {
            var part = i < key.Length ? key[i] : (byte)0;
            (inner[i], outer[i]) = ((byte)(part ^ 0x36), (byte)(part ^ 0x5c));
        }
        return Hash([.. outer, .. Hash([.. inner, .. body])]);
    }

    private static void Add(uint[] state, ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (var i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (var i = 16; i < BlockSize; i++)
        {
            var s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            var s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < BlockSize; i++)
        {
            var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var t1 = h + s1 + ((e & f) ^ (~e & g)) + Constants[i] + w[i];
            var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }
        uint[] added = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < added.Length; i++) state[i] += added[i];
    }
}
