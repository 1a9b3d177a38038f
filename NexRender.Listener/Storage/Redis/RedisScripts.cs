namespace NexRender.Listener.Storage.Redis;

/// <summary>
/// The scripts that change keys, each all or nothing. The first of their arguments is the fencing token of the leader: what another server
/// has fenced off changes nothing.
/// </summary>
/// <remarks>
/// A Redis without memory refuses a script at its first command that needs memory, but none after a command that changes. So scripts begin
/// with the removal of a key that is never there, <c>nexrender:full</c>, and only those with new jobs are refused.
/// </remarks>
internal static class RedisScripts
{
    /// <summary>The replies of scripts: done; another server leads; there is no token; the last batch is not the expected one.</summary>
    public const string Done = "OK", Fenced = "FENCED", Absent = "ABSENT", Diverged = "DIVERGED";

    /// <summary>
    /// Applies a batch: token, number of the batch before, its own number, 1 if it has new jobs, time in milliseconds; then for each change
    /// its kind or its place in the order, the uid and the job. Sent again after a broken connection it is not applied twice, but its
    /// number is written again: on a connection that wrote nothing, WAIT has nothing to wait for. One that arrives after the next batch is
    /// not applied at all.
    /// </summary>
    public const string Commit = Check + """
        local last = redis.call('GET', 'nexrender:batch') or '0'
        if last == ARGV[3] then
          redis.call('DEL', 'nexrender:full')
          redis.call('SET', 'nexrender:batch', ARGV[3])
          return 'OK'
        end
        if last ~= ARGV[2] then return 'DIVERGED' end
        if ARGV[4] == '0' then redis.call('DEL', 'nexrender:full') end
        redis.call('SET', 'nexrender:batch', ARGV[3])
        for i = 6, #ARGV, 3 do
          local kind, uid, job = ARGV[i], ARGV[i + 1], ARGV[i + 2]
          if kind == '=' then redis.call('SET', 'nexjob:' .. uid, job)
          elseif kind == '-' then
            redis.call('DEL', 'nexjob:' .. uid)
            redis.call('ZREM', 'nexrender:order', uid)
            redis.call('ZADD', 'nexrender:removed', ARGV[5], uid)
            redis.call('ZREMRANGEBYRANK', 'nexrender:removed', 0, -10001)
          elseif kind == '!' then
            redis.call('RPUSH', 'nexrender:answers', job)
            redis.call('LTRIM', 'nexrender:answers', -10000, -1)
          elseif kind == 'forget' then redis.call('ZREM', 'nexrender:order', uid)
          elseif kind == 'erase' then redis.call('DEL', 'nexjob:' .. uid)
          elseif kind == 'forgotten' then redis.call('DEL', 'nexrender:answers')
          elseif kind == 'removed' then redis.call('ZADD', 'nexrender:removed', job, uid)
          elseif kind == 'next' then
            redis.call('SET', 'nexjob:' .. uid, job)
            redis.call('ZADD', 'nexrender:order.next', redis.call('ZCARD', 'nexrender:order.next') + 1, uid)
          elseif kind == 'switch' then
            redis.call('DEL', 'nexrender:order')
            if redis.call('EXISTS', 'nexrender:order.next') == 1 then redis.call('RENAME', 'nexrender:order.next', 'nexrender:order') end
          else
            redis.call('SET', 'nexjob:' .. uid, job)
            redis.call('ZADD', 'nexrender:order', kind, uid)
            redis.call('ZREM', 'nexrender:removed', uid)
          end
        end
        return 'OK'
        """;

    /// <summary>Takes the number of the last batch, whatever it is: token, number. Puts a token back that Redis has lost.</summary>
    public const string Begin = Compare + """
        if state == 'FENCED' then return state end
        redis.call('DEL', 'nexrender:full')
        redis.call('SET', 'nexrender:fence', ARGV[1])
        redis.call('SET', 'nexrender:batch', ARGV[2])
        redis.call('DEL', 'nexrender:order.next')
        return 'OK'
        """;

    /// <summary>Replaces a list: token, key, items.</summary>
    public const string Replace = Check + """
        redis.call('DEL', ARGV[2])
        for i = 3, #ARGV do redis.call('RPUSH', ARGV[2], ARGV[i]) end
        return 'OK'
        """;

    /// <summary>
    /// Takes the leadership if nobody has it: name, milliseconds, address, lowest token. Returns whether it was taken, the token or the
    /// leader, and the number of the last token.
    /// </summary>
    public const string Acquire = """
        local leader = redis.call('GET', 'nexrender:leader')
        local fence = redis.call('GET', 'nexrender:fence') or '0'
        local number = tonumber(string.match(fence, '^%d+')) or 0
        if leader and string.sub(leader, 1, #ARGV[1]) ~= ARGV[1] then return {0, leader, number} end
        if number < tonumber(ARGV[4]) then return {0, '', number} end
        fence = string.format('%d:%s', number + 1, ARGV[1])
        redis.call('DEL', 'nexrender:full')
        redis.call('SET', 'nexrender:fence', fence)
        redis.call('SET', 'nexrender:leader', ARGV[1] .. ' ' .. ARGV[3], 'PX', ARGV[2])
        return {1, fence, number + 1}
        """;

    /// <summary>Keeps the leadership: token, value, milliseconds.</summary>
    public const string Renew = Check + """
        redis.call('DEL', 'nexrender:full')
        redis.call('SET', 'nexrender:leader', ARGV[2], 'PX', ARGV[3])
        return 'OK'
        """;

    /// <summary>Gives up the leadership: token.</summary>
    public const string Release = Check + """
        redis.call('DEL', 'nexrender:leader')
        return 'OK'
        """;

    // A lower token than the leader's is one from before Redis has lost what it held, in a failover for example.
    private const string Compare = """
        local fence = redis.call('GET', 'nexrender:fence') or ''
        local number = tonumber(string.match(fence, '^%d+')) or 0
        local own = tonumber(string.match(ARGV[1], '^%d+'))
        local state = fence == ARGV[1] and 'OK' or number < own and 'ABSENT' or 'FENCED'

        """;

    private const string Check = Compare + """
        if state ~= 'OK' then return state end

        """;
}
