/** Log lines by which the watch tells somebody. Alerts on Azure look for exactly these texts. */
export const WATCH_LINES = {
  /** The recording should be in the bucket, and is not. */
  missing: 'Recording missing',
  /** The same where the backend may not, or cannot, look into the bucket. */
  unannounced: 'Recording not announced',
  /** It is there, and not as it should be. */
  partial: 'Recording incomplete',
  /** It was there, and disappeared before its day. */
  gone: 'Recording gone',
  /** A call was recorded that was not to be. */
  unwanted: 'Recording not wanted',
  /** It was erased, and something was seen there afterwards. */
  back: 'Recording back after its erasure',
  /** From now on an empty listing makes a receipt final. */
  finishDue: 'Erasure can be finished',
  /** The digest of a receipt that is in the ledger. */
  receipt: 'Receipt kept',
  /** Many of one cause, in one line. */
  outage: 'Recording outage',
  /** Takes one of these back. */
  late: 'Recording arrived late',
  /** Takes one back, because none was due after all. */
  notDue: 'No recording was due',
  /** Something lies in the bucket that no start of ours made. */
  foreign: 'Foreign object',
  /** The same of many, in one line. */
  foreignMany: 'Foreign objects',
  /** A proof is over. */
  proofPassed: 'Proof passed',
  proofFailed: 'Proof failed',
  /** The last proof that passed is too old. */
  proofOverdue: 'Proof overdue',
  /** Every five minutes, from the process that watches. */
  alive: 'Watch alive',
  /** Once a day. */
  figures: 'Recordings of the day',
  /** Once a day: what the comparison of the bucket with the ledger found. */
  compared: 'Bucket compared',
  /** It could not be compared, so nothing is concluded. */
  notCompared: 'Bucket not compared',
  /** Daily's own upload by which it tests the bucket; harmless. */
  probe: 'Probe of Daily in the bucket',
} as const;

/** Log lines by which the backend says whether it may look into the bucket: at the first use, and when that changes. */
export const BUCKET_LINES = {
  readable: 'Bucket can be read',
  unreadable: 'Bucket cannot be read',
} as const;
