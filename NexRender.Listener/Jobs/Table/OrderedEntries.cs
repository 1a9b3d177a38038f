using NexRender.Listener.Jobs.Sorted;

namespace NexRender.Listener.Jobs.Table;

/// <summary>Some of the jobs in their order of creation, so that a page can begin at any place. Guarded by the store's lock.</summary>
internal sealed class OrderedEntries() : SortedBlocks<JobEntry, long>(static entry => entry.Order);
