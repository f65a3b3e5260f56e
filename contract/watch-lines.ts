/** Log lines of the watch. Alerts on Azure search for exactly these texts. */
export const WATCH_LINES = {
  /** The recording should be in the bucket, but is not. */
  missing: 'Recording missing',
  /** Tavus announced no recording, and the backend cannot read the bucket. */
  unannounced: 'Recording not announced',
  /** The recording is in the bucket, but it is faulty. */
  partial: 'Recording incomplete',
  /** The recording was in the bucket and disappeared before its expiry. */
  gone: 'Recording gone',
  /** A call was recorded although it should not have been. */
  unwanted: 'Recording not wanted',
  /** The recording was erased, but the bucket has an object of it again. */
  back: 'Recording back after its erasure',
  /** From now on an empty listing makes the receipt final. */
  finishDue: 'Erasure can be finished',
  /** Has the digest of a receipt in the ledger. */
  receipt: 'Receipt kept',
  /** Many missing recordings with one cause, in one line. */
  outage: 'Recording outage',
  /** Withdraws an earlier line: the recording has arrived. */
  late: 'Recording arrived late',
  /** Withdraws an earlier line: no recording was due. */
  notDue: 'No recording was due',
  /** The bucket has an object that no start of this backend made. */
  foreign: 'Foreign object',
  /** Many such objects, in one line. */
  foreignMany: 'Foreign objects',
  proofPassed: 'Proof passed',
  proofFailed: 'Proof failed',
  /** The last passed proof is too old. */
  proofOverdue: 'Proof overdue',
  /** Every five minutes, from the process that watches. */
  alive: 'Watch alive',
  /** Once a day. */
  figures: 'Recordings of the day',
  /** Once a day: the result of comparing the bucket with the ledger. */
  compared: 'Bucket compared',
  /** The bucket could not be compared; nothing follows from that. */
  notCompared: 'Bucket not compared',
  /** Daily's test upload; harmless. */
  probe: 'Probe of Daily in the bucket',
} as const;

/** Log lines about the backend's access to the bucket: at the first use, and when it changes. */
export const BUCKET_LINES = {
  readable: 'Bucket can be read',
  unreadable: 'Bucket cannot be read',
} as const;
