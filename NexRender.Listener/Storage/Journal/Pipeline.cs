using System.Collections.Concurrent;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Reads items on a thread of its own, parses them on others, and passes them on in their order on the calling thread.</summary>
internal static class Pipeline
{
    private const int ChunkItems = 512;
    private const int ChunkBytes = 1 << 20;

    // Enough that neither the reader nor the parsers wait for the items that are passed on.
    private const int ChunksAhead = 8;

    /// <summary>Runs until every item was passed on. A few are all handled on the calling thread.</summary>
    /// <param name="items">The items; enumerated on another thread.</param>
    /// <param name="lengthOf">Returns the length of an item in bytes.</param>
    /// <param name="parse">Parses an item, on any thread.</param>
    /// <param name="take">Receives each parsed item, on the calling thread.</param>
    public static void Run<TItem, TParsed>(
        IEnumerable<TItem> items, Func<TItem, int> lengthOf, Func<TItem, TParsed> parse, Action<TParsed> take)
    {
        using var source = items.GetEnumerator();
        if (Next(source, lengthOf, out var first)) TakeAhead(first);
        else Array.ForEach(Array.ConvertAll(first, item => parse(item)), take);

        void TakeAhead(TItem[] chunk)
        {
            using var chunks = new BlockingCollection<Task<TParsed[]>>(ChunksAhead);
            using var stop = new CancellationTokenSource();
            var reading = Task.Factory.StartNew(() => Read(chunk, chunks, stop.Token), TaskCreationOptions.LongRunning);
            try
            {
                foreach (var parsed in chunks.GetConsumingEnumerable()) Array.ForEach(parsed.GetAwaiter().GetResult(), take);
            }
            catch
            {
                // The items are in use until it ends.
                stop.Cancel();
                ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
                throw;
            }
            reading.GetAwaiter().GetResult();
        }

        void Read(TItem[] chunk, BlockingCollection<Task<TParsed[]>> chunks, CancellationToken stop)
        {
            try
            {
                for (var isMore = true; isMore;)
                {
                    var full = chunk;
                    chunks.Add(Task.Run(() => Array.ConvertAll(full, item => parse(item)), CancellationToken.None), stop);
                    isMore = Next(source, lengthOf, out chunk);
                }
                chunks.Add(Task.FromResult(Array.ConvertAll(chunk, item => parse(item))), stop);
            }
            finally
            {
                chunks.CompleteAdding();
            }
        }
    }

    /// <summary>Reads the next items; returns false if these are the last ones.</summary>
    private static bool Next<TItem>(IEnumerator<TItem> source, Func<TItem, int> lengthOf, out TItem[] chunk)
    {
        chunk = new TItem[ChunkItems];
        var (count, bytes) = (0, 0L);
        while (count < ChunkItems && bytes < ChunkBytes)
        {
            if (!source.MoveNext())
            {
                Array.Resize(ref chunk, count);
                return false;
            }
            chunk[count++] = source.Current;
            bytes += lengthOf(source.Current);
        }
        Array.Resize(ref chunk, count);
        return true;
    }
}
