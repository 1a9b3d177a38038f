/** The shapes of the API, for the type checker only; this file is not served. Members that jobs bring along may be anything. */

interface JobStatus {
  uid: string
  state: string
  tags?: unknown
  renderProgress?: unknown
  error?: unknown
  createdAt?: unknown
  updatedAt?: unknown
  startedAt?: unknown
  finishedAt?: unknown
  errorAt?: unknown
  jobExecutor?: unknown
}

interface JobRow extends JobStatus {
  template?: { src?: unknown, composition?: unknown } | null
  output?: unknown
  priority?: unknown
  batchId?: unknown
  attempts?: unknown
  notBefore?: unknown
  cancelledAt?: unknown
}

interface Attempt { n?: unknown, executor?: unknown, startedAt?: unknown, endedAt?: unknown, state?: unknown, errors?: unknown }

interface Job extends Record<string, unknown> { uid: string, state: string }

interface Change { kind: string, by?: string | null, reason?: string | null, attempt?: number | null, at?: string | null }

interface JobEvent { type: string, status: JobStatus, change: Change }

interface FarmWorker {
  name: string
  address: string | null
  version: string | null
  state: string
  job: { uid: string, state: string, progress: unknown } | null
  tags: string | null
  firstSeen: string | null
  lastSeen: string | null
  finished: number
  failed: number
  expired: number
  meanRenderSeconds: number | null
  paused: boolean
}

interface QueueTag { tag: string, queued: number, oldestWaitSeconds: number | null, next?: string | null }

interface Queue {
  paused: boolean
  queued: number
  delayed: number
  waiting: number
  oldestWaitSeconds: number | null
  tags: QueueTag[]
}

interface Hour { hour: string, finished: number, failed: number, created: number }

interface Stats {
  version: string
  startedAt: string
  uptimeSeconds: number
  jobs: { total: number, byState: Record<string, number>, rendering: number, cancelled: number }
  queue: Queue
  workers: { total: number, idle: number, busy: number, silent: number, paused: number }
  lastHour: {
    created: number, finished: number, failed: number, requeued: number, expired: number
    waitSeconds: { mean: number | null, p95: number | null }
    renderSeconds: { mean: number | null, p95: number | null }
  }
  today: { finished: number, failed: number }
  hours: Hour[]
  storage: { location: string, healthy: boolean, problem: string | null, journalBytes: number }
  hooks: { pending: number, delivered: number, failed: number, dropped: number }
  retention: { finished: number, errors: number, surplus: number }
  role: 'full' | 'read' | 'submit'
}

interface Batch {
  batchId: string
  name: string | null
  status: string
  totalJobs: number
  counts: Record<string, number>
  progress: number
  firstError: { uid: string, error: unknown } | null
}

interface BulkAnswer { matched: number, changed: number, unchanged: { uid: string, reason: string }[] }

/** A view, as the frame around it sees it. */
interface View {
  element: HTMLElement
  title: string
  /** Called when the address changes but the view stays. */
  update?: (address: Address) => void
  /** Reads everything again: after a lost connection, or when the server was restarted. */
  refresh: () => void
  focusSearch?: () => void
  /** Returns true if the view has used the key. */
  key?: (event: KeyboardEvent) => boolean
  dispose: () => void
}

interface Address { view: string, id: string, query: URLSearchParams }

/** A column of a table. */
interface GridColumn<T> {
  /** Also the class of its cells. */
  id: string
  title: string
  sortable?: boolean
  /** Of the title. */
  hint?: string
  /** Creates the content of a cell; without it a cell holds text. */
  create?: () => Node
  update: (node: any, item: T) => void
}

interface GridOptions<T> {
  label: string
  /** The class that sets the widths of the columns. */
  kind: string
  columns: GridColumn<T>[]
  item: (index: number) => T | undefined
  key: (item: T) => string
  open: (item: T) => void
  shown?: (first: number, last: number) => void
  sort?: (column: string) => void
  selection?: import('./lib/selection.js').Selection
}
